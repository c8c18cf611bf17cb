import type { PartitionJobStatus } from "../../crds/partition_job.ts";
import type { EventContent } from "../../kube/event_manifest.ts";
import { jobName } from "./job_name.ts";
import type { Step } from "./plan.ts";

/**
 * What people are told of one look at an object: what was done for it, and its end. The partition's value is in none.
 *
 * @param made the step, if it was made
 */
export function partitionEvents(
  name: string,
  made: Step | undefined,
  before: PartitionJobStatus | undefined,
  after: PartitionJobStatus,
): EventContent[] {
  const events: EventContent[] = [];
  const normal = (reason: string, action: string, note: string) =>
    events.push({ type: "Normal", reason, action, note });
  const warning = (reason: string, note: string) =>
    events.push({ type: "Warning", reason, action: "Reconcile", note });
  if (made?.do === "create") normal("JobCreated", "Create", `Created Job "${jobName(name)}"`);
  if (made?.do === "suspend") {
    if (made.suspend) normal("Suspended", "Suspend", "Stops after the batch under way");
    else normal("Resumed", "Resume", "Goes on where it stopped");
  }
  if (after.phase !== before?.phase) {
    if (after.phase === "Succeeded") normal("Completed", "Delete", after.message ?? "");
    if (after.phase === "Failed") warning("Failed", `${reasonOf(after)}: ${after.message}`);
  }
  const stuck = after.conditions?.find(({ type }) => type === "NameConflict");
  if (stuck && !before?.conditions?.some(({ type }) => type === "NameConflict")) {
    warning("NameConflict", stuck.message);
  }
  return events;
}

function reasonOf({ conditions }: PartitionJobStatus): string {
  return conditions?.find(({ type }) => type === "Failed")?.reason ?? "";
}
