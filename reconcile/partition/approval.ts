import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../crds/labels.ts";
import { conditionOf } from "../dynamo/conditions.ts";
import type { PartitionObserved, Wait } from "./observed.ts";
import { REASON } from "./reasons.ts";

function isApproved({ metadata }: DdbctlDpJob): boolean {
  return metadata.annotations?.[PARTITION.approvedAnnotation] === "true";
}

/**
 * Returns whether the operator must still decide if the deletion needs approval. The decision depends on the age of the
 * object.
 */
export function isUndecided(object: DdbctlDpJob): boolean {
  if (isApproved(object)) return false;
  // For an object without a status, the API server returns the default status of the CRD. Its observedGeneration is -1.
  const { observedGeneration = -1 } = object.status ?? {};
  return observedGeneration < 1 || recordedReason(object) === REASON.ageUnknown;
}

/** Returns whether the object needs approval according to its status, and no user has approved it. */
export function awaitsApproval(object: DdbctlDpJob): boolean {
  const reason = recordedReason(object);
  return reason !== undefined && reason !== REASON.ageUnknown && !isApproved(object);
}

function recordedReason({ status }: DdbctlDpJob): string | undefined {
  return conditionOf(status, REASON.awaitingApproval)?.reason;
}

/** Interval between two attempts to determine whether an object is older than its CRD, in milliseconds. */
const AGE_POLL_MS = 30_000;

/**
 * Returns the reason why a new deletion must wait for the approval of a user; undefined if it may start. If the object
 * is older than this operator's CRD, another program may have executed the deletion without writing a status. A second
 * execution would also delete the items that clients have written since then.
 */
export function awaitedApproval(
  object: DdbctlDpJob,
  { definedAt }: Pick<PartitionObserved, "definedAt">,
): Wait | undefined {
  if (awaitsApproval(object)) {
    const { message = "" } = conditionOf(object.status, REASON.awaitingApproval) ?? {};
    return { reason: REASON.awaitingApproval, message };
  }
  if (!isUndecided(object)) return undefined;
  const { creationTimestamp = "" } = object.metadata;
  // Both times are in the API server's format with whole seconds, so a text comparison is correct.
  if (definedAt !== undefined && creationTimestamp >= definedAt) return undefined;
  if (definedAt === undefined) {
    const message =
      "Cannot determine whether the object is older than its CRD. The CRD is not from this operator, " +
      "or the operator lacks permission to read it. Another program may have executed this deletion " +
      "already. Install the chart of the CRDs, which contains the ClusterRole dynamo-crd-reader. " +
      approvalHint(object);
    return { reason: REASON.ageUnknown, message, pollMs: AGE_POLL_MS };
  }
  return {
    reason: REASON.awaitingApproval,
    message: "Another program may have executed this deletion already, because the object was " +
      `created at ${creationTimestamp}, before the CRD of this operator was installed at ` +
      `${definedAt}. ${approvalHint(object)}`,
  };
}

/** Returns the reason why a deletion must wait after another program has created a Job for the object. */
export function foreignMadeJob(object: DdbctlDpJob, job: string): Omit<Wait, "pollMs"> {
  if (isApproved(object)) {
    return {
      reason: REASON.nameConflict,
      message: `Job "${job}" of another program exists: delete the Job to start the deletion`,
    };
  }
  return {
    reason: REASON.awaitingApproval,
    message:
      `Another program may have executed this deletion already, because it created Job "${job}". ` +
      `${approvalHint(object)}, and delete the Job`,
  };
}

function approvalHint({ metadata: { name, namespace } }: DdbctlDpJob): string {
  return "To delete the items that the partition has now, run " +
    `"kubectl annotate ddp ${name} --namespace ${namespace} ${PARTITION.approvedAnnotation}=true"`;
}
