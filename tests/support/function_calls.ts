import { isJsonObject } from "../../kube/json.ts";
import type { Inspector } from "../bench/inspector.ts";

const ROOT = new URL("../../", import.meta.url).href;

export async function startCallCounts(inspector: Inspector): Promise<void> {
  await inspector.call("Profiler.enable");
  await inspector.call("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
}

/**
 * Returns how often each named function of the project was called since the previous call of `takeCallCounts`. The key
 * is the file and the name of the function, such as `kube/json.ts sameJson`.
 */
export async function takeCallCounts(inspector: Inspector): Promise<Map<string, number>> {
  const { result } = await inspector.call("Profiler.takePreciseCoverage");
  const counts = new Map<string, number>();
  for (const { url, functions } of objects(result)) {
    const file = String(url);
    if (!file.startsWith(ROOT)) continue;
    for (const { functionName, ranges } of objects(functions)) {
      const [range] = objects(ranges);
      const key = `${file.slice(ROOT.length)} ${functionName}`;
      counts.set(key, (counts.get(key) ?? 0) + Number(range?.count));
    }
  }
  return counts;
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
