import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { isPaused, PARTITION } from "../../crds/labels.ts";
import { type Job, jobs, pods } from "../../kube/builtin.ts";
import { ignoreNotFound } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { controllerOf } from "../apply/ownership.ts";
import { partitionJobs } from "../dynamo/resources.ts";
import { arePodsKnown, restoreJobLabel } from "./apply_step.ts";
import { BY_OBJECT } from "./children.ts";
import { type PartitionScope, storeResponse } from "./context.ts";
import { isFinished, jobCondition } from "./end_state.ts";
import { jobName } from "./job.ts";
import { ownJob } from "./plan.ts";
import { isGated, isOwnPod, type PartitionPod, uidOf } from "./pod.ts";
import { isSummedUp } from "./totals.ts";

/**
 * Removes the operator's finalizer from the Job and the pods whose results are in the stored status of the object.
 * Deletes the pods of a deleted Job, and pods that will never start. Changes nothing for a paused object.
 *
 * @param observed the Job, and the pods that the stored status is based on
 * @param named every pod with annotations that name the object
 * @returns false if the pods in the API server differ from `named`, so that the key must be reconciled again
 */
export async function releaseRecorded(
  scope: PartitionScope,
  stored: DdbctlDpJob,
  observed: { job: Job | undefined; pods: readonly PartitionPod[] },
  named: readonly PartitionPod[],
): Promise<boolean> {
  if (isPaused(stored)) return true;
  const { jobStore, podStore } = scope;
  const job = ownJob(stored, observed.job);
  const isOver = isFinished(stored);
  // The Job of a finished object must end before the operator removes its finalizer from a pod. Otherwise, the Job may
  // create another pod after this pod has ended.
  if (job && isOver) {
    await release(scope, jobs, jobStore, job, releaseOf(stored, job, observed.pods));
  }
  for (const pod of podsToRelease(stored, named)) {
    await release(scope, pods, podStore, pod, withoutFinalizer(pod));
  }
  if (isOver) return true;
  const abandoned = abandonedPods(
    job ?? await liveJob(scope, stored, observed.pods),
    observed.pods,
  );
  const stopped = job ? podsToStop(stored, job, observed.pods) : [];
  for (const pod of new Set([...abandoned, ...stopped])) await deletePod(scope, pod);
  if (!job) return true;
  const body = releaseOf(stored, job, observed.pods);
  if (!body) return true;
  // Without the finalizer, Kubernetes deletes the Job, and the operator may then create the next Job. Therefore, all
  // pods of this Job must have ended.
  if (!await arePodsKnown(scope, stored, named)) return false;
  await release(scope, jobs, jobStore, job, body);
  return true;
}

/**
 * Deletes a pod. Fails if the pod has changed since the operator read it, because it may now be orphaned or running.
 */
async function deletePod({ client, signal }: PartitionScope, { metadata }: PartitionPod) {
  const { uid, resourceVersion } = metadata;
  await ignoreNotFound(client.delete(pods, metadata, { uid, resourceVersion, signal }));
}

/**
 * Returns the object's Job from the API server. Returns undefined without a request if no pod has the operator's
 * scheduling gate. If a user has removed the operator's label from the Job, the watch does not deliver the Job. This
 * function then restores the label.
 */
async function liveJob(
  scope: PartitionScope,
  stored: DdbctlDpJob,
  known: readonly PartitionPod[],
): Promise<Job | undefined> {
  if (!known.some(isGated)) return undefined;
  const { client, signal } = scope;
  const { name, namespace } = stored.metadata;
  const at = { name: jobName(name), namespace };
  const live = await ignoreNotFound(client.get(jobs, at, { signal }));
  if (live) await restoreJobLabel(scope, stored, live);
  return live;
}

/**
 * Cleans up after DdbctlDpJobs with this key that were deleted or are being deleted. Deletes their Jobs, and removes
 * the operator's finalizer from their Jobs and pods, so that the garbage collector can delete them.
 */
export async function collectGarbage(
  scope: PartitionScope,
  key: string,
  object: DdbctlDpJob | undefined,
): Promise<void> {
  const { client, jobStore, podStore, signal } = scope;
  const isOrphaning = object?.metadata.finalizers?.includes("orphan") === true;
  const named = podStore.byIndex(BY_OBJECT, key);
  for (const job of jobStore.byIndex(BY_OBJECT, key)) {
    if (!await isGarbage(job)) continue;
    const { uid = "", deletionTimestamp } = job.metadata;
    await release(scope, jobs, jobStore, job, withoutFinalizer(job));
    // A user orphans a Job (`--cascade=orphan`) to keep it, so the operator does not delete an orphaned Job.
    const isOwned = controllerOf(job)?.uid === uidOf(job.metadata);
    if (deletionTimestamp || !isOwned || isOrphaning) continue;
    const options = { uid, propagationPolicy: "Background", signal } as const;
    await ignoreNotFound(client.delete(jobs, job.metadata, options));
  }
  for (const pod of named) {
    const body = withoutFinalizer(pod);
    if (!body || !await isGarbage(pod)) continue;
    // A pod with the operator's scheduling gate never starts after the object is deleted. The garbage collector does
    // not delete such a pod if the pod is orphaned.
    const isStuck = isGated(pod) && !controllerOf(pod) && !pod.metadata.deletionTimestamp;
    if (isStuck) await deletePod(scope, pod);
    else await release(scope, pods, podStore, pod, body);
  }

  async function isGarbage({ metadata }: KubeObject): Promise<boolean> {
    const owner = uidOf(metadata);
    if (object?.metadata.uid === owner) return object.metadata.deletionTimestamp !== undefined;
    // The watch of DdbctlDpJobs may lag behind the watches of Jobs and pods, so the operator sends a get request.
    const name = metadata.annotations?.[PARTITION.nameAnnotation] ?? metadata.name;
    const { namespace } = metadata;
    const live = await ignoreNotFound(client.get(partitionJobs, { name, namespace }, { signal }));
    return live?.metadata.uid !== owner;
  }
}

/** Sends a {@link ReleasePatch} for a Job or a pod. Does nothing if `body` is undefined. */
async function release<T extends KubeObject>(
  { client, signal }: PartitionScope,
  resource: Resource<T>,
  store: { write(object: KubeObject): void },
  { metadata }: KubeObject,
  body: object | undefined,
): Promise<void> {
  if (!body) return;
  const patch = client.patch(resource, metadata, { type: "merge", body }, { signal });
  await storeResponse(store, patch);
}

/**
 * Merge patch that removes the operator's finalizer from a Job or a pod. The patch can also change the spec of a Job.
 */
export type ReleasePatch = { metadata: Record<string, unknown>; spec?: Record<string, unknown> };

/** Returns the patch that removes the operator's finalizer; undefined if the Job or pod does not have it. */
function withoutFinalizer({ metadata }: KubeObject): ReleasePatch | undefined {
  const { finalizers = [], resourceVersion } = metadata;
  if (!finalizers.includes(PARTITION.finalizer)) return undefined;
  const others = finalizers.filter((finalizer) => finalizer !== PARTITION.finalizer);
  return { metadata: { resourceVersion, finalizers: others } };
}

/**
 * Returns the patch that removes the finalizer of a Job; undefined if the Job must stay. If the stored status contains
 * the final result, the patch also sets the TTL. If a running Job was deleted, the status must first contain the
 * results of all its pods. These results determine whether the operator creates another Job.
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
    // If the Job is complete, the next reconciliation must first record the result.
    return jobCondition(job, "Complete") ? undefined : withoutFinalizer(job);
  }
  const released = withoutFinalizer(job);
  const ttl = stored.spec.ttlSecondsAfterFinished;
  const { resourceVersion } = job.metadata;
  const spec = {
    ...(job.spec?.ttlSecondsAfterFinished !== ttl && { ttlSecondsAfterFinished: ttl ?? null }),
    ...(mustExpire(job, pods) && { activeDeadlineSeconds: EXPIRED_SECONDS }),
  };
  if (Object.keys(spec).length === 0) return released;
  return { metadata: released?.metadata ?? { resourceVersion }, spec };
}

/** Deadline that makes the Job controller end a Job and delete its pods immediately. */
const EXPIRED_SECONDS = 1;

/**
 * Returns whether the operator must end a Job by setting its deadline to {@linkcode EXPIRED_SECONDS}. Such a Job does
 * not end by itself: a pod has the operator's scheduling gate, or a sidecar container of a service mesh keeps a pod
 * running. If the operator deleted the pod instead, the Job controller would create another pod.
 */
function mustExpire(job: Job, pods: readonly PartitionPod[]): boolean {
  const isOver = jobCondition(job, "Complete") || jobCondition(job, "Failed");
  return !isOver && job.spec?.activeDeadlineSeconds !== EXPIRED_SECONDS &&
    pods.some(({ lingers, state }) => lingers || state !== "ended");
}

/**
 * Returns the pods that the operator no longer needs. These are pods with results in the stored status, pods that never
 * run, and foreign pods with the object's label. Pods of a deleted object with the same name are not included.
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
 * Returns the pods with the operator's scheduling gate that do not belong to a Job, or that belong to a Job that is
 * being deleted. The operator never removes the gate of such a pod, so the pod has not run. The operator deletes even
 * orphaned pods, because the Job and the object would wait for them forever.
 *
 * @param job the existing Job that has the name of the object's Job
 */
export function abandonedPods(
  job: Job | undefined,
  pods: readonly PartitionPod[],
): PartitionPod[] {
  return pods.filter((pod) => {
    if (!isGated(pod) || pod.metadata.deletionTimestamp) return false;
    const owner = controllerOf(pod)?.uid;
    if (!job || !owner) return true;
    // Omits a pod of an earlier Job. That Job no longer exists, so the garbage collector deletes the pod.
    return owner === job.metadata.uid && job.metadata.deletionTimestamp !== undefined;
  });
}

/**
 * Returns the pods that the operator must delete while the partition deletion continues:
 *
 * - If the Job is being deleted: pods that have not ended. The garbage collector would delete them only after the Job,
 *   but the operator's finalizer keeps the Job until they have ended.
 * - Pods in which only a sidecar container of a service mesh still runs. Such a pod prevents the Job controller from
 *   creating the next pod.
 *
 * The result contains no orphaned pods.
 */
export function podsToStop(
  stored: DdbctlDpJob,
  { metadata: { deletionTimestamp, finalizers = [] } }: Job,
  pods: readonly PartitionPod[],
): PartitionPod[] {
  if (isFinished(stored) || finalizers.includes("orphan")) return [];
  return pods.filter((pod) => {
    const isReleased = !pod.metadata.finalizers?.includes(PARTITION.finalizer);
    const mustStop = pod.state === "ended" ? pod.lingers && isReleased : deletionTimestamp;
    return mustStop && !pod.metadata.deletionTimestamp && controllerOf(pod);
  });
}
