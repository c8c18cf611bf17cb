import type { V1JobCondition } from "@kubernetes/client-node";
import type { DdbctlDpJob, PartitionAttempt } from "../../crds/partition_job.ts";
import { partitionTarget } from "../../crds/partition_target.ts";
import type { Job } from "../../kube/builtin.ts";
import { EXIT } from "../../partition/report.ts";
import { tableAllowed } from "../../partition/table_name.ts";

/** How a partition job ended, for good. */
export interface Verdict {
  phase: "Succeeded" | "Failed";
  /** Reason of the condition Complete or Failed. */
  reason: string;
  /** Of a failure: what happened and what to do. */
  message?: string;
}

/** Whether the end is in the status: from then on nothing is done for the object any more. */
export function isFinished({ status }: Pick<DdbctlDpJob, "status">): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** What speaks against the deletion before anything is made for it. */
export function refusal(object: DdbctlDpJob, tableAllow: readonly string[]): Verdict | undefined {
  const { tableName } = partitionTarget(object.spec);
  if (tableAllowed(tableAllow, tableName)) return undefined;
  const message = `Table "${tableName}" is not among those that this installation may work on: ` +
    "ask whoever runs the operator, or name another table";
  return { phase: "Failed", reason: "TableNotAllowed", message };
}

/** What a verdict is made of. */
export interface Evidence {
  /** The object's own Job, if there is one. */
  job: Job | undefined;
  attempts: readonly PartitionAttempt[];
  /** Whether a pod of the object has not ended, as far as is known. */
  active: boolean;
}

/**
 * The end of the work, or undefined while it is under way. What the Job says counts; without it, or when somebody
 * deleted it, what the last pod says, so that what is done is not done again. The Job's word comes by another watch than
 * its pods' and may overtake it: it counts only together with their last words, since an end is told once.
 */
export function verdict(
  { spec }: Pick<DdbctlDpJob, "spec">,
  { job, attempts, active }: Evidence,
): Verdict | undefined {
  const last = attempts.at(-1);
  const done = attempts.find(({ exitCode }) => exitCode === EXIT.done);
  const success = { phase: "Succeeded", reason: done?.outcome ?? defaultOutcome(spec) } as const;
  if (!active && jobCondition(job, "Complete")) return success;
  const failed = jobCondition(job, "Failed");
  if (!active && failed && !isByDeletion(failed, job)) return failure(failed, last);
  if (job && !job.metadata.deletionTimestamp) return undefined;
  if (done) return success;
  const hopeless = last?.exitCode === EXIT.fatal || last?.exitCode === EXIT.usage;
  return hopeless ? failure(undefined, last) : undefined;
}

/**
 * Whether the last of the tries was used up by a pod that was stopped because somebody deleted the Job: another Job goes
 * on then.
 */
function isByDeletion(
  { reason, lastTransitionTime }: V1JobCondition,
  job: Job | undefined,
): boolean {
  const deletedAt = job?.metadata.deletionTimestamp;
  return reason === "BackoffLimitExceeded" && deletedAt !== undefined &&
    Date.parse(String(lastTransitionTime)) >= Date.parse(deletedAt);
}

function defaultOutcome({ dryRun }: DdbctlDpJob["spec"]): string {
  return dryRun ? "Counted" : "Deleted";
}

function failure(
  condition: V1JobCondition | undefined,
  last: PartitionAttempt | undefined,
): Verdict {
  const said = condition?.message ?? "The pod ended with a failure that a retry does not help";
  // The pod was only told to stop; why, the Job knows.
  if (condition?.reason === "DeadlineExceeded") {
    const message =
      "The deletion did not end within activeDeadlineSeconds: create the object anew " +
      "to go on, with more time or none";
    return { phase: "Failed", reason: "DeadlineExceeded", message };
  }
  const reason = last?.outcome ?? condition?.reason ?? "InternalError";
  return { phase: "Failed", reason, message: last?.outcome && last.message || said };
}

function jobCondition(job: Job | undefined, type: string): V1JobCondition | undefined {
  return job?.status?.conditions?.find((condition) =>
    condition.type === type && condition.status === "True"
  );
}
