import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { isPaused } from "../../crds/labels.ts";
import type { Job } from "../../kube/builtin.ts";
import { describeOwner, ownership } from "../apply/ownership.ts";
import { POLL_INTERVAL_MS } from "../engine/outcome.ts";
import type { ChildPlan } from "../engine/reconciled_kind.ts";
import { awaitedApproval, foreignMadeJob } from "./approval.ts";
import type { PartitionConfig } from "./container.ts";
import { type EndState, endState, isFinished, refusal, reportMissing } from "./end_state.ts";
import { secretName } from "./job.ts";
import type { PartitionObserved, Wait } from "./observed.ts";
import { isGated, type PartitionPod, uidOf } from "./pod.ts";
import { REASON } from "./reasons.ts";
import { itemsLeft, uncertainAttempt } from "./totals.ts";

/** The next step of a partition deletion. The operator applies the step before it writes the status. */
export type Step =
  | { do: "nothing" }
  | { do: "create" }
  | { do: "suspend"; suspend: boolean }
  | { do: "restoreSecret" }
  /** Permits a pod to start and to delete `maxItems` items. */
  | { do: "admit"; pod: PartitionPod; maxItems: number }
  | ({ do: "wait" } & Wait);

export interface PartitionPlan extends ChildPlan {
  step: Step;
  /** Final result of the deletion; absent while the deletion continues. */
  endState?: EndState | undefined;
}

const nothing: Step = { do: "nothing" };

/** Returns the next step for an object that is not being deleted. */
export function planPartition(
  object: DdbctlDpJob,
  observed: PartitionObserved,
  config: PartitionConfig,
): PartitionPlan {
  const { job, pods, attempts, earlierAttempts } = observed;
  if (isFinished(object)) return { step: nothing };
  const refused = refusal(object, config.tableAllow);
  const own = ownJob(object, job);
  // The operator checks only before the first Job whether the table is allowed. Each pod repeats this check.
  if (refused && !own && attempts.length === 0) return { step: nothing, endState: refused };
  const end = endState(own, attempts, isActive(pods));
  if (end) return { step: nothing, endState: end };
  const hasBegun = own !== undefined || attempts.length > 0 || earlierAttempts !== undefined;
  const approval = hasBegun ? undefined : awaitedApproval(object, observed);
  if (approval) {
    // If another program created a Job for the object, the status records this immediately. The object then waits for
    // approval even after that Job is deleted.
    const isOtherKnown = approval.reason === REASON.ageUnknown && job !== undefined &&
      ownership(object, job) === "owned";
    return { step: { do: "wait", ...(isOtherKnown ? conflictingJob(object, job) : approval) } };
  }
  if (isPaused(object)) return { step: nothing };
  if (own) return planStep(object, own, observed);
  const wait = waitBeforeCreate(object, observed, config);
  return { step: wait ? { do: "wait", ...wait } : { do: "create" } };
}

/**
 * Returns the Job if this operator created it for the object; otherwise undefined. Any other Job with this name is
 * foreign, belongs to a deleted object with the same name, or was created for the object by another program.
 */
export function ownJob(object: DdbctlDpJob, job: Job | undefined): Job | undefined {
  const isOwn = job && ownership(object, job) === "owned" &&
    uidOf(job.metadata) === object.metadata.uid;
  return isOwn ? job : undefined;
}

/**
 * Returns the reason why the object must wait: a Job with the planned name exists, but this operator did not create
 * that Job for the object.
 */
export function conflictingJob(object: DdbctlDpJob, job: Job): Wait {
  const { name } = job.metadata;
  if (ownership(object, job) === "predecessor") {
    return {
      reason: REASON.waitingForDeletion,
      message: `Job "${name}" of a deleted DdbctlDpJob "${object.metadata.name}" still exists`,
      pollMs: POLL_INTERVAL_MS.WaitingForDeletion,
    };
  }
  if (ownership(object, job) === "owned") {
    return { ...foreignMadeJob(object, name), pollMs: POLL_INTERVAL_MS.NameConflict };
  }
  return {
    reason: REASON.nameConflict,
    message: `Job "${name}" exists and is not owned by DdbctlDpJob "${object.metadata.name}" ` +
      `(${describeOwner(job)}): ` +
      "delete the Job, or create this object under another name",
    pollMs: POLL_INTERVAL_MS.NameConflict,
  };
}

/**
 * Returns the next step for an object with a Job. If an attempt without a final report may have used up `maxItems`,
 * returns a failure instead.
 */
function planStep(object: DdbctlDpJob, job: Job, observed: PartitionObserved): PartitionPlan {
  const step = stepFor(object, job, observed);
  if (step.do !== "admit" || step.maxItems > 0) return { step };
  // If all reports are known, the next pod may start even if `maxItems` is used up. It succeeds if the partition is
  // empty.
  const uncertain = uncertainAttempt(object.spec.maxItems ?? 0, observed.attempts);
  return uncertain ? { step: nothing, endState: reportMissing(uncertain) } : { step };
}

function stepFor(object: DdbctlDpJob, job: Job, observed: PartitionObserved): Step {
  const { pods } = observed;
  const suspend = object.spec.suspend ?? false;
  if (job.metadata.deletionTimestamp) return nothing;
  if (isSecretMissing(object, pods)) return { do: "restoreSecret" };
  if ((job.spec?.suspend ?? false) === suspend) return admission(object, observed);
  // Waits until the pod of the suspended Job has ended. Otherwise, the Job controller would start a new pod even if the
  // old pod succeeded.
  if (!suspend && isActive(pods)) return nothing;
  return { do: "suspend", suspend };
}

/**
 * Returns the step that permits the next pod to start; `nothing` while an earlier pod still runs. The number of items
 * that the next pod may delete depends on the final reports of all earlier pods. The store contains these reports,
 * because the Job controller creates a pod only after the previous pod has ended, and the watch delivers changes in
 * this order.
 */
function admission(
  { spec: { maxItems, suspend } }: DdbctlDpJob,
  { pods, attempts, earlierAttempts }: PartitionObserved,
): Step {
  const pod = pods.find((pod) => isGated(pod) && !pod.metadata.deletionTimestamp);
  const others = pods.filter((other) => other !== pod);
  if (!pod || suspend || maxItems === undefined || isActive(others)) return nothing;
  return { do: "admit", pod, maxItems: itemsLeft(maxItems, earlierAttempts, attempts) };
}

function isActive(pods: readonly PartitionPod[]): boolean {
  return pods.some(({ state }) => state !== "ended");
}

/** Returns whether a pod cannot start because the Secret with the partition value was deleted. */
function isSecretMissing(object: DdbctlDpJob, pods: readonly PartitionPod[]): boolean {
  const notFound = `"${secretName(object)}" not found`;
  return pods.some(({ startError }) => startError?.includes(notFound) === true);
}

function waitBeforeCreate(
  object: DdbctlDpJob,
  { job, pods }: PartitionObserved,
  { image }: PartitionConfig,
): Wait | undefined {
  if (job) return conflictingJob(object, job);
  // A pod of a deleted Job may still run. The next Job waits, because two pods must not run at the same time.
  const running = pods.find(({ state }) => state !== "ended");
  if (running) {
    const message = `Pod "${running.metadata.name}" of a deleted Job is still running`;
    return { reason: REASON.waitingForDeletion, message };
  }
  if (image !== "") return undefined;
  const message = "The image for deleting partitions is not set: start the operator with " +
    "--partition-job-image";
  return { reason: REASON.jobImageMissing, message };
}
