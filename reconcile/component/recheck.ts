import { NAME_CONFLICT } from "../apply/reasons.ts";
import {
  combineOutcomes,
  type Outcome,
  POLL_INTERVAL_MS,
  requeueAfter,
} from "../engine/outcome.ts";
import type { ComponentView, PodReport } from "./status.ts";
import { LONGEST_DELAY_MS } from "./unobserved.ts";

/**
 * Returns an outcome that requeues a component for changes that no watch event reports. For example, the operator polls
 * pods, because it does not watch them.
 */
export function recheck(
  { plan: { problems }, observed: { unobserved } }: Pick<ComponentView, "plan" | "observed">,
  { pollMs }: Pick<PodReport, "pollMs">,
): Outcome {
  // No watch event enqueues this component when the conflicting name becomes free, so the operator polls.
  const hasConflict = problems.some(({ reason }) => reason === NAME_CONFLICT);
  const delaysMs = [
    pollMs,
    hasConflict ? POLL_INTERVAL_MS.NameConflict : undefined,
    unobserved?.size ? LONGEST_DELAY_MS : undefined,
  ];
  return combineOutcomes(delaysMs.flatMap((ms) => ms === undefined ? [] : [requeueAfter(ms)]));
}
