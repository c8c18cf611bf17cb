import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { isPaused, PARTITION } from "../../crds/labels.ts";
import { type Job, jobs, pods } from "../../kube/builtin.ts";
import { ignoreNotFound } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { controllerOf } from "../apply/ownership.ts";
import { partitionJobs } from "../dynamo/resources.ts";
import { arePodsKnown } from "./apply_step.ts";
import { BY_OBJECT } from "./children.ts";
import { type PartitionScope, storeResponse } from "./context.ts";
import { isFinished, jobCondition } from "./end_state.ts";
import { ownJob } from "./plan.ts";
import { isOwnPod, type PartitionPod, uidOf } from "./pod.ts";
import { isSummedUp } from "./totals.ts";

/**
 * Releases the pods and the Job of an object whose end the stored status contains, and stops the pods of a Job that was
 * deleted. Changes nothing for a paused object.
 *
 * @param observed the Job, and the pods from which the stored status was derived
 * @param named every pod that names the object
 * @returns false if the API server knows other pods, so that the decision must be repeated
 */
export async function releaseRecorded(
  scope: PartitionScope,
  stored: DdbctlDpJob,
  observed: { job: Job | undefined; pods: readonly PartitionPod[] },
  named: readonly PartitionPod[],
): Promise<boolean> {
  if (isPaused(stored)) return true;
  const { client, jobStore, podStore, signal } = scope;
  for (const pod of podsToRelease(stored, named)) {
    await release(scope, pods, podStore, pod, withoutFinalizer(pod));
  }
  const job = ownJob(stored, observed.job);
  if (!job) return true;
  for (const { metadata } of podsToStop(stored, job, observed.pods)) {
    // The resourceVersion spares a pod that was orphaned in the meantime.
    const { uid, resourceVersion } = metadata;
    await ignoreNotFound(client.delete(pods, metadata, { uid, resourceVersion, signal }));
  }
  const body = releaseOf(stored, job, observed.pods);
  if (!body) return true;
  // The next Job is created after this one is deleted, and must not run beside a pod of this one.
  if (!isFinished(stored) && !await arePodsKnown(scope, stored, named)) return false;
  await release(scope, jobs, jobStore, job, body);
  return true;
}

/**
 * Deletes the Jobs and releases the pods of objects of this key that are being deleted or absent. The garbage collector
 * deletes them too, but they stay until the operator removes its finalizer.
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
    // An orphaned Job continues without an owner.
    const isOwned = controllerOf(job)?.uid === uidOf(job.metadata);
    if (deletionTimestamp || !isOwned || isOrphaning) continue;
    const options = { uid, propagationPolicy: "Background", signal } as const;
    await ignoreNotFound(client.delete(jobs, job.metadata, options));
  }
  for (const pod of named) {
    const body = withoutFinalizer(pod);
    if (body && await isGarbage(pod)) await release(scope, pods, podStore, pod, body);
  }

  async function isGarbage({ metadata }: KubeObject): Promise<boolean> {
    const owner = uidOf(metadata);
    if (object?.metadata.uid === owner) return object.metadata.deletionTimestamp !== undefined;
    // The watch of objects may lag behind the watches of Jobs and pods, so only the API server knows that one is absent.
    const name = metadata.annotations?.[PARTITION.nameAnnotation] ?? metadata.name;
    const { namespace } = metadata;
    const live = await ignoreNotFound(client.get(partitionJobs, { name, namespace }, { signal }));
    return live?.metadata.uid !== owner;
  }
}

/** Sends a release patch, if there is one. */
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

/** A merge patch of a Job or a pod. */
export type ReleasePatch = { metadata: Record<string, unknown>; spec?: Record<string, unknown> };

/** Returns the patch that removes the operator's finalizer; undefined if the object does not have it. */
function withoutFinalizer({ metadata }: KubeObject): ReleasePatch | undefined {
  const { finalizers = [], resourceVersion } = metadata;
  if (!finalizers.includes(PARTITION.finalizer)) return undefined;
  const others = finalizers.filter((finalizer) => finalizer !== PARTITION.finalizer);
  return { metadata: { resourceVersion, finalizers: others } };
}

/**
 * Returns the patch that releases a Job: it removes the finalizer, and sets the TTL of a Job whose end the stored status
 * contains. A Job that was deleted while it ran is released too, and another Job continues. That waits until the ends of
 * all pods are stored, because they decide whether another Job is needed. Returns undefined if the Job must stay as it is.
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
 * Returns those of the pods naming the object that the operator does not need any more: their ends are in the stored
 * status, they never run, or they only carry the object's label. Pods of a predecessor stay.
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
