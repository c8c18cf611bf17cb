import type { PartitionJobStatus } from "../../crds/kinds/partition_job.ts";
import type { EventContent } from "../../kube/event_manifest.ts";
import { jobName } from "./job_name.ts";
import type { Step } from "./plan.ts";

/**
 * What people are told of what was done for an object. The partition's value is in no event.
 *
 * @param made the step, if it was made
 */
export function stepEvents(name: string, made: Step | undefined): EventContent[] {
  if (made?.do === "create") {
    return [normal("JobCreated", "Create", `Created Job "${jobName(name)}"`)];
  }
  if (made?.do !== "suspend") return [];
  return made.suspend
    ? [normal("Suspended", "Suspend", "Stops after the batch under way")]
    : [normal("Resumed", "Resume", "Goes on where it stopped")];
}

/** What people are told when a status is replaced by another: its end, and who is in the way. */
export function statusEvents(
  before: PartitionJobStatus | undefined,
  after: PartitionJobStatus,
): EventContent[] {
  const events: EventContent[] = [];
  if (after.phase !== before?.phase) {
    if (after.phase === "Succeeded") {
      events.push(normal("Completed", "Delete", after.message ?? ""));
    }
    if (after.phase === "Failed") {
      events.push(warning("Failed", `${reasonOf(after)}: ${after.message}`));
    }
  }
  const stuck = after.conditions?.find(({ type }) => type === "NameConflict");
  if (stuck && !before?.conditions?.some(({ type }) => type === "NameConflict")) {
    events.push(warning("NameConflict", stuck.message));
  }
  return events;
}

function normal(reason: string, action: string, note: string): EventContent {
  return { type: "Normal", reason, action, note };
}

function warning(reason: string, note: string): EventContent {
  return { type: "Warning", reason, action: "Reconcile", note };
}

function reasonOf({ conditions }: PartitionJobStatus): string {
  return conditions?.find(({ type }) => type === "Failed")?.reason ?? "";
}
