import type { ComponentStatus, DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { Execution } from "../apply/execution.ts";
import { isProgress, PROGRESS_DELAY_MS } from "../dynamo/progress.ts";
import type { ComponentObserved, ComponentPlan } from "./plan.ts";

/**
 * Returns how long the operator may delay the write of the new status, in milliseconds. Returns 0 unless the new status
 * reports only progress.
 */
export function componentStatusDelayMs(
  { object, plan, execution }: {
    object: Pick<DynamoComponentDeployment, "status">;
    plan: Pick<ComponentPlan, "problems">;
    execution: Pick<Execution, "errors" | "blocked">;
  },
  status: ComponentStatus | undefined,
): number {
  const problems = [...plan.problems, ...execution.errors, ...execution.blocked];
  return problems.length === 0 && isProgress(object.status, status) ? PROGRESS_DELAY_MS : 0;
}

/**
 * Returns whether a changed status may change the next plan of a component. This is true while copies of the MPI Secret
 * exist, because the operator prunes them after the status reports the end of the rollout.
 */
export function actsOnComponentStatus(
  { observed: { mpi } }: { observed: Pick<ComponentObserved, "mpi"> },
): boolean {
  return mpi !== undefined && mpi.copies.length > 0;
}
