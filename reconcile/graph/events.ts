import type { DynamoGraphDeployment, GraphStatus } from "../../crds/kinds/graph.ts";
import type { EventContent } from "../../kube/event_manifest.ts";
import type { Observed } from "../apply/observed.ts";
import type { Reconciliation } from "../engine/reconcile.ts";
import { changeEvents } from "../apply/change_events.ts";
import type { GraphPlan } from "./plan.ts";

/**
 * What people are told of a pass: children that were taken away or put right, and a new state. One event for each, so
 * that a roll-out makes a handful of them however many passes it takes.
 */
export function graphEvents(
  { execution }: Reconciliation<DynamoGraphDeployment, Observed, GraphPlan>,
  before: GraphStatus | undefined,
  after: GraphStatus | undefined,
): EventContent[] {
  const events = changeEvents(execution);
  const ready = after?.conditions?.find(({ type }) => type === "Ready");
  if (!ready || before?.state === after?.state) return events;
  if (after?.state === "successful") {
    events.push({ type: "Normal", reason: "Ready", action: "Reconcile", note: ready.message });
  }
  if (after?.state === "failed") {
    const reason = ready.reason === "ValidationFailed" ? "ValidationFailed" : "Failed";
    events.push({ type: "Warning", reason, action: "Reconcile", note: ready.message });
  }
  return events;
}
