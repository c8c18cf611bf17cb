import type { deno } from "../deno.ts";

const TIMEOUT_MS = 10_000;

/** Address of the JSR registry, from the environment variable that Deno itself reads. */
const REGISTRY = Deno.env.get("JSR_URL") ?? "https://jsr.io/";

/**
 * Adds the JSR packages to the lock file of a project that `convertToJsr` has converted. If JSR cannot be reached,
 * changes nothing.
 *
 * @returns a message for the user
 * @throws if `deno install` fails
 */
export async function completeLock(
  folder: string,
  run: typeof deno,
  registry: string = REGISTRY,
): Promise<string> {
  const reason = await unreachable(new URL("@std/assert/meta.json", registry));
  if (reason !== undefined) {
    return `SKIPPED: deno.lock is incomplete, because JSR cannot be reached: ${reason}\n` +
      `         Run "deno install" in "${folder}" on a machine that can reach JSR.`;
  }
  const { success, stderr } = await run(["install", `--config=${folder}/deno.json`]);
  if (!success) throw new Error(`Cannot complete "${folder}/deno.lock":\n${stderr}`);
  return 'Completed deno.lock. Run "deno task gate" to check the result.';
}

/** Returns the reason why a URL cannot be read; undefined if it can be read. */
async function unreachable(url: URL): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok ? undefined : `${url.host} answered ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
