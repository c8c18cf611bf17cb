import type { PartitionJobStatus } from "../../crds/kinds/partition_job.ts";
import type { EventContent } from "../../kube/events.ts";
import { jobName } from "./names.ts";
import type { Step } from "./plan.ts";
import { EVENT } from "./reasons.ts";

/** Returns the events of a step that was applied. No event contains the partition value. */
export function stepEvents(name: string, applied: Step): EventContent[] {
  if (applied.do === "create") {
    return [normal(EVENT.jobCreated, "Create", `Created Job "${jobName(name)}"`)];
  }
  if (applied.do !== "suspend") return [];
  return applied.suspend
    ? [normal(EVENT.suspended, "Suspend", "Stops after the current batch")]
    : [normal(EVENT.resumed, "Resume", "Continues with the remaining items")];
}

/** Returns the events of a status change: the end of the deletion, and a new name conflict. */
export function statusEvents(
  before: PartitionJobStatus | undefined,
  after: PartitionJobStatus,
): EventContent[] {
  const { phase, message = "" } = after;
  const events: EventContent[] = [];
  const hasEnded = phase !== before?.phase;
  if (hasEnded && phase === "Succeeded") events.push(normal(EVENT.completed, "Delete", message));
  if (hasEnded && phase === "Failed") {
    events.push(warning(EVENT.failed, `${conditionOf(after, "Failed")?.reason}: ${message}`));
  }
  const conflict = conditionOf(after, "NameConflict");
  if (conflict && !conditionOf(before, "NameConflict")) {
    events.push(warning(EVENT.nameConflict, conflict.message));
  }
  return events;
}

function conditionOf(status: PartitionJobStatus | undefined, type: string) {
  return status?.conditions?.find((condition) => condition.type === type);
}

function normal(reason: string, action: string, note: string): EventContent {
  return { type: "Normal", reason, action, note };
}

function warning(reason: string, note: string): EventContent {
  return { type: "Warning", reason, action: "Reconcile", note };
}
