import { reasonOf } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Informer } from "../../kube/informer.ts";
import type { ReadyCheck } from "../../process/health.ts";

/**
 * How long an informer may hear nothing and still count as alive: 70 s until it dials anew, the 30 s that a call may
 * take, and some for a busy machine. An accepted watch counts as heard.
 */
const LONGEST_SILENCE_MS = 110_000;

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
  return `: ${reasonOf(problem)}`;
}
