import type { DynamoGraphDeployment, GraphStatus } from "../../crds/kinds/graph.ts";
import type { EventContent } from "../../kube/event_manifest.ts";
import { changeEvents } from "../apply/execution.ts";
import { REASONS } from "../dynamo/reasons.ts";
import type { Reconciliation } from "../engine/reconcile.ts";
import type { GraphObserved, GraphPlan } from "./plan.ts";

/**
 * Returns the events of a reconciliation: children that were pruned or repaired, and a new state. Each state is one event,
 * so a rollout causes a handful of events, however many reconciliations it takes.
 */
export function graphEvents(
  { execution }: Reconciliation<DynamoGraphDeployment, GraphObserved, GraphPlan>,
  before: GraphStatus | undefined,
  after: GraphStatus | undefined,
): EventContent[] {
  const events = changeEvents(execution);
  const ready = after?.conditions?.find(({ type }) => type === "Ready");
  if (!ready || before?.state === after?.state) return events;
  const { reason, message: note } = ready;
  if (after?.state === "successful") {
    events.push({ type: "Normal", reason: REASONS.ready, action: "Reconcile", note });
  }
  if (after?.state === "failed") {
    const invalid = reason === REASONS.validationFailed;
    events.push({
      type: "Warning",
      reason: invalid ? reason : REASONS.failed,
      action: "Reconcile",
      note,
    });
  }
  return events;
}
