import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../crds/labels.ts";
import type { Job } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { controllerOf } from "../apply/ownership.ts";
import { isFinished, jobCondition } from "./end_state.ts";
import { isOwnPod, type PartitionPod, uidOf } from "./pod.ts";
import { isSummedUp } from "./totals.ts";

/** A merge patch of a Job or a pod. */
export type ReleasePatch = { metadata: Record<string, unknown>; spec?: Record<string, unknown> };

/** Returns the patch that removes the operator's finalizer; undefined if the object does not have it. */
export function withoutFinalizer({ metadata }: KubeObject): ReleasePatch | undefined {
  const { finalizers = [], resourceVersion } = metadata;
  if (!finalizers.includes(PARTITION.finalizer)) return undefined;
  const others = finalizers.filter((finalizer) => finalizer !== PARTITION.finalizer);
  return { metadata: { resourceVersion, finalizers: others } };
}

/**
 * Returns the patch that releases a Job: it removes the finalizer, and sets the TTL of a Job whose end the stored status
 * contains. A Job that was deleted while it ran is released too, and another Job continues. That waits until the ends of
 * all pods are stored, because they decide whether another Job is needed.
 *
 * @param pods existing pods of the object
 * @returns undefined if the Job must stay as it is
 */
export function releaseOf(
  stored: DdbctlDpJob,
  job: Job,
  pods: readonly PartitionPod[],
): ReleasePatch | undefined {
  if (!isFinished(stored)) {
    const areEndsStored = pods.every(({ state }) => state === "ended") &&
      (stored.status?.attempts ?? []).every(({ endedAt }) => endedAt !== undefined);
    if (!job.metadata.deletionTimestamp || !areEndsStored) return undefined;
    // The next reconciliation records the end of a complete Job first.
    return jobCondition(job, "Complete") ? undefined : withoutFinalizer(job);
  }
  const released = withoutFinalizer(job);
  const ttl = stored.spec.ttlSecondsAfterFinished;
  if (job.spec?.ttlSecondsAfterFinished === ttl) return released;
  const { resourceVersion } = job.metadata;
  return {
    metadata: released?.metadata ?? { resourceVersion },
    spec: { ttlSecondsAfterFinished: ttl ?? null },
  };
}

/**
 * Returns the pods that the operator does not need any more: their ends are in the stored status, they never run, or they
 * only carry the object's label.
 *
 * @param named every pod that names the object; pods of a predecessor are not returned
 */
export function podsToRelease(stored: DdbctlDpJob, named: readonly PartitionPod[]): PartitionPod[] {
  const { attempts = [], earlierAttempts } = stored.status ?? {};
  const recorded = new Set(attempts.flatMap(({ pod, endedAt }) => endedAt ? [pod] : []));
  const isRecorded = ({ state, metadata: { name, creationTimestamp } }: PartitionPod) =>
    state === "ended" && (recorded.has(name) || isSummedUp(earlierAttempts, creationTimestamp));
  return named.filter((pod) =>
    uidOf(pod.metadata) === stored.metadata.uid &&
    (isFinished(stored) || pod.neverRuns || !isOwnPod(stored, pod) || isRecorded(pod))
  );
}

/**
 * Returns the pods to delete: those of a Job that was deleted while it ran. The garbage collector would wait until the Job
 * is gone, but the Job waits for the end of its pods. Orphaned pods continue.
 */
export function podsToStop(
  stored: DdbctlDpJob,
  { metadata: { deletionTimestamp, finalizers = [] } }: Job,
  pods: readonly PartitionPod[],
): PartitionPod[] {
  if (isFinished(stored) || !deletionTimestamp || finalizers.includes("orphan")) return [];
  return pods.filter((pod) =>
    pod.state !== "ended" && !pod.metadata.deletionTimestamp && controllerOf(pod)
  );
}
