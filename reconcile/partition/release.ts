import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../crds/partition_labels.ts";
import type { Job } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { controllerOf } from "../apply/ownership.ts";
import { isOwnPod } from "./own_pod.ts";
import { type PartitionPod, uidOf } from "./pod.ts";
import { isSummedUp } from "./totals.ts";
import { isFinished, jobCondition } from "./end_state.ts";

/** A merge patch of a Job or of a pod. */
export type ReleasePatch = { metadata: Record<string, unknown>; spec?: Record<string, unknown> };

/** The patch that lets a Job or a pod go, guarded by its resourceVersion; undefined if nothing of ours holds it. */
export function withoutFinalizer({ metadata }: KubeObject): ReleasePatch | undefined {
  const { finalizers = [], resourceVersion } = metadata;
  if (!finalizers.includes(PARTITION.finalizer)) return undefined;
  const others = finalizers.filter((finalizer) => finalizer !== PARTITION.finalizer);
  return { metadata: { resourceVersion, finalizers: others } };
}

/**
 * What is changed in the Job once the status, as it is stored, says all that is to be known of it: the finalizer goes,
 * which kept it until then, and only now it gets a time to live. A Job that somebody deleted in mid-run is let go too,
 * another one goes on; but not before the end of its pod is stored: both together tell whether another is needed.
 *
 * @param pods those of the object that are there
 */
export function releaseOf(
  stored: DdbctlDpJob,
  job: Job,
  pods: readonly PartitionPod[],
): ReleasePatch | undefined {
  const finished = isFinished(stored);
  if (!finished && !job.metadata.deletionTimestamp) return undefined;
  if (!finished && !isEveryEndStored(stored, pods)) return undefined;
  // What it has done is judged first.
  if (!finished && jobCondition(job, "Complete")) return undefined;
  const released = withoutFinalizer(job);
  const ttl = stored.spec.ttlSecondsAfterFinished;
  if (!finished || job.spec?.ttlSecondsAfterFinished === ttl) return released;
  const { resourceVersion } = job.metadata;
  return {
    metadata: released?.metadata ?? { resourceVersion },
    spec: { ttlSecondsAfterFinished: ttl ?? null },
  };
}

function isEveryEndStored({ status }: DdbctlDpJob, pods: readonly PartitionPod[]): boolean {
  return pods.every(({ state }) => state === "ended") &&
    (status?.attempts ?? []).every(({ endedAt }) => endedAt !== undefined);
}

/**
 * The pods of which nothing more is to be learned: their end is in the status as it is stored, they never run, or they
 * only look like the object's own.
 *
 * @param named every pod that names the object; those of a predecessor of the same name are none of its business
 */
export function podsToRelease(
  stored: DdbctlDpJob,
  named: readonly PartitionPod[],
): PartitionPod[] {
  const { attempts = [], earlierAttempts } = stored.status ?? {};
  const told = new Set(attempts.flatMap(({ pod, endedAt }) => endedAt ? [pod] : []));
  const isTold = ({ state, metadata: { name, creationTimestamp } }: PartitionPod) =>
    state === "ended" && (told.has(name) || isSummedUp(earlierAttempts, creationTimestamp));
  return named.filter((pod) =>
    uidOf(pod.metadata) === stored.metadata.uid &&
    (isFinished(stored) || pod.neverRuns || !isOwnPod(stored, pod) || isTold(pod))
  );
}

/**
 * The pods to be stopped: those of a Job that somebody deleted in mid-run. The garbage collector would do it, but not
 * before the Job goes, which waits for their end. The Job controller makes no others for such a Job. Pods that are
 * orphaned are meant to go on.
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
