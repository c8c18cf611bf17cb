import { NAME_CONFLICT } from "../apply/reasons.ts";
import {
  combineOutcomes,
  type Outcome,
  POLL_INTERVAL_MS,
  requeueAfter,
} from "../engine/outcome.ts";
import type { ComponentView, PodReport } from "./status.ts";
import { LONGEST_DELAY_MS } from "./unobserved.ts";

/** Returns when to reconcile a component again without a watch event, because the operator does not watch pods. */
export function recheck(
  { plan: { problems }, observed: { unobserved } }: Pick<ComponentView, "plan" | "observed">,
  { pollMs }: Pick<PodReport, "pollMs">,
): Outcome {
  // No watch event reports that another component no longer uses a name.
  const hasConflict = problems.some(({ reason }) => reason === NAME_CONFLICT);
  const delaysMs = [
    pollMs,
    hasConflict ? POLL_INTERVAL_MS.NameConflict : undefined,
    unobserved?.size ? LONGEST_DELAY_MS : undefined,
  ];
  return combineOutcomes(delaysMs.flatMap((ms) => ms === undefined ? [] : [requeueAfter(ms)]));
}
