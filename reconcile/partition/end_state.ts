import type { V1JobCondition } from "@kubernetes/client-node";
import type { DdbctlDpJob, PartitionAttempt } from "../../crds/kinds/partition_job.ts";
import { partitionTarget } from "../../crds/kinds/partition_target.ts";
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
 * The end of the work, or undefined while it is under way. A pod that has done all of it is a success whatever the Job
 * says: one that is suspended, or whose time is over, does not count a pod that ends well all the same. Without such a
 * pod the Job's word counts; without a Job, or when somebody deleted it, what the last pod says. The Job's word comes by
 * another watch than its pods' and may overtake it: nothing is decided before all of them have said their last, and
 * whoever records it first looks whether there are others.
 */
export function verdict({ job, attempts, active }: Evidence): Verdict | undefined {
  if (active) return undefined;
  const done = attempts.find(isDone);
  if (done) return { phase: "Succeeded", reason: done.outcome };
  const silent = attempts.find(({ exitCode }) => exitCode === EXIT.done);
  if (silent) return noReport(silent);
  if (jobCondition(job, "Complete")) return lostReport;
  const last = attempts.at(-1);
  const failed = jobCondition(job, "Failed");
  if (failed && !isByDeletion(failed, job)) return failure(failed, last);
  if (job && !job.metadata.deletionTimestamp) return undefined;
  const hopeless = last?.exitCode === EXIT.fatal || last?.exitCode === EXIT.usage;
  return hopeless ? failure(undefined, last) : undefined;
}

type DoneAttempt = PartitionAttempt & { outcome: "Deleted" | "Counted" };

/** An exit code alone is no proof: almost any program ends with 0. */
function isDone(attempt: PartitionAttempt): attempt is DoneAttempt {
  const { exitCode, outcome } = attempt;
  return exitCode === EXIT.done && (outcome === "Deleted" || outcome === "Counted");
}

/** Of a Job that is complete, when none of the pods that there are, or were, is the one that it means. */
const lostReport: Verdict = {
  phase: "Failed",
  reason: "InternalError",
  message:
    "The Job is complete, but its pod was gone before its report was read; whether everything was " +
    "deleted is not known: create the object anew with dryRun to see",
};

function noReport({ pod }: PartitionAttempt): Verdict {
  const message = `Pod "${pod}" ended well but left no report of a deletion, as delete-partition ` +
    "does: check that --partition-job-image of the operator names its own image, and create the object anew";
  return { phase: "Failed", reason: "InternalError", message };
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

export function jobCondition(job: Job | undefined, type: string): V1JobCondition | undefined {
  return job?.status?.conditions?.find((condition) =>
    condition.type === type && condition.status === "True"
  );
}
