import type { V1JobCondition } from "@kubernetes/client-node";
import type { DdbctlDpJob, PartitionAttempt } from "../../crds/kinds/partition_job.ts";
import { partitionTarget } from "../../crds/kinds/partition_target.ts";
import type { Job } from "../../kube/builtin.ts";
import { EXIT } from "../../partition/report.ts";
import { tableAllowed } from "../../partition/table_name.ts";
import { REASON } from "./reasons.ts";

/** Final result of a partition deletion. */
export interface EndState {
  phase: "Succeeded" | "Failed";
  /** Reason of condition `Complete` or `Failed`. */
  reason: string;
  /** Cause and remedy of a failure. */
  message?: string;
}

/** Returns whether the status contains the final result. A finished object never gets another Job. */
export function isFinished({ status }: Pick<DdbctlDpJob, "status">): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** Returns a failure if the operator must not start the deletion; undefined if it may. */
export function refusal(object: DdbctlDpJob, tableAllow: readonly string[]): EndState | undefined {
  const { tableName } = partitionTarget(object.spec);
  if (tableAllowed(tableAllow, tableName)) return undefined;
  const message = `Table "${tableName}" is not in the operator's list of allowed tables: ` +
    "ask the administrator to add it, or use another table";
  return failed(REASON.tableNotAllowed, message);
}

/**
 * Returns the final result of a deletion; undefined while the deletion continues. The first rule that applies decides:
 *
 * 1. If a pod has not ended, the deletion continues. The store may already contain a finished Job, because the watch of
 *    pods may lag behind the watch of Jobs.
 * 2. If a pod reports that it deleted or counted all items, the deletion has succeeded. The state of the Job is then
 *    irrelevant.
 * 3. If a pod exited with code 0 but without such a report, the deletion has failed.
 * 4. If the Job has the condition `Complete` or `Failed`, the deletion has failed. An exception is a Job that failed
 *    only because it was deleted.
 * 5. If the last pod ended with a terminal error, the deletion has failed. The Job itself may not fail for a long time,
 *    because a sidecar container of a service mesh can keep the pod running.
 *
 * @param job the Job that the operator created for the object
 * @param active whether a known pod of the object has not ended
 */
export function endState(
  job: Job | undefined,
  attempts: readonly PartitionAttempt[],
  active: boolean,
): EndState | undefined {
  if (active) return undefined;
  // Exit code 0 alone does not prove success: the image may contain another program.
  const done = attempts.find(({ exitCode, outcome = "" }) =>
    exitCode === EXIT.done && ["Deleted", "Counted"].includes(outcome)
  );
  if (done?.outcome) return { phase: "Succeeded", reason: done.outcome };
  const silent = attempts.find(({ exitCode }) => exitCode === EXIT.done);
  if (silent) {
    const message = `Pod "${silent.pod}" exited with code 0 but wrote no report of ` +
      "delete-partition: check that --partition-job-image is the image of the operator, then create " +
      "the object again";
    return failed(REASON.internalError, message);
  }
  if (jobCondition(job, "Complete")) {
    const message = "The Job is complete, but its pod was deleted before the operator read the " +
      "report. The operator does not know whether all items were deleted: create the object " +
      "again with dryRun to check";
    return failed(REASON.internalError, message);
  }
  const last = attempts.at(-1);
  const condition = jobCondition(job, "Failed");
  if (condition && !isCausedByDeletion(condition, job)) return failure(condition, last);
  const isFatal = last?.exitCode === EXIT.fatal || last?.exitCode === EXIT.usage;
  return isFatal ? failure(undefined, last) : undefined;
}

/** Returns the condition of this type if its status is True. */
export function jobCondition(job: Job | undefined, type: string): V1JobCondition | undefined {
  return job?.status?.conditions?.find((condition) =>
    condition.type === type && condition.status === "True"
  );
}

/** Returns whether the Job failed only because it was deleted. The operator replaces such a Job. */
function isCausedByDeletion(
  { reason, lastTransitionTime }: V1JobCondition,
  job: Job | undefined,
): boolean {
  const deletedAt = job?.metadata.deletionTimestamp;
  return reason === "BackoffLimitExceeded" && deletedAt !== undefined &&
    Date.parse(String(lastTransitionTime)) >= Date.parse(deletedAt);
}

function failure(
  condition: V1JobCondition | undefined,
  last: PartitionAttempt | undefined,
): EndState {
  // At the deadline, the Job controller stops the pod. The pod then reports only the outcome "Interrupted".
  if (condition?.reason === REASON.deadlineExceeded) {
    const message =
      "The deletion did not end within activeDeadlineSeconds: to continue, create the " +
      "object again with a longer deadline or without a deadline";
    return failed(REASON.deadlineExceeded, message);
  }
  const reason = last?.outcome ?? condition?.reason ?? REASON.internalError;
  const message = condition?.message ??
    "The pod failed with a terminal error, which is not retried";
  return failed(reason, last?.outcome && last.message || message);
}

/**
 * Returns the failure of a deletion after a pod ended without a final report. The pod may have deleted as many items as
 * it was permitted to delete, so the operator assumes that `maxItems` is used up.
 */
export function reportMissing({ pod, itemsPermitted }: PartitionAttempt): EndState {
  const number = itemsPermitted === undefined ? "" : ` (${itemsPermitted})`;
  const message =
    `Pod "${pod}" ended without a final report and may have deleted as many items as ` +
    `maxItems still allowed${number}. The operator starts no other pod: count the remaining items ` +
    "with a dryRun object, then create the object again";
  return failed(REASON.reportMissing, message);
}

function failed(reason: string, message: string): EndState {
  return { phase: "Failed", reason, message };
}
