import type { KubeObject } from "../../kube/object.ts";
import type { Informer } from "../../kube/informer.ts";
import type { ReadyCheck } from "./health.ts";

/**
 * How long an informer may hear nothing and still count as alive: two of the bookmarks that come each minute, and
 * the time to dial anew and list.
 */
export const LONGEST_SILENCE_MS = 180_000;

/** Whether an informer has its objects and still hears of changes. */
export function informerCheck(
  name: string,
  informer: Pick<Informer<KubeObject>, "hasSynced" | "silentForMs" | "problem">,
): ReadyCheck {
  return {
    name: `informer/${name}`,
    problem() {
      const why = describe(informer.problem());
      if (!informer.hasSynced()) return `not in sync yet${why}`;
      const silentMs = informer.silentForMs();
      if (silentMs <= LONGEST_SILENCE_MS) return undefined;
      return `silent for ${Math.round(silentMs / 1000)} s${why}`;
    },
  };
}

function describe(problem: unknown): string {
  if (problem === undefined) return "";
  return `: ${problem instanceof Error ? problem.message : String(problem)}`;
}
