import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { isPaused, PARTITION } from "../../crds/labels.ts";
import { type Job, jobs, pods } from "../../kube/builtin.ts";
import { ignoreNotFound } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { controllerOf } from "../apply/ownership.ts";
import { partitionJobs } from "../dynamo/resources.ts";
import { type PartitionScope, storeResponse } from "./context.ts";
import { isFinished } from "./end_state.ts";
import { arePodsKnown } from "./live_pods.ts";
import { ownJob } from "./plan.ts";
import { type PartitionPod, uidOf } from "./pod.ts";
import { podsToRelease, podsToStop, releaseOf, withoutFinalizer } from "./release.ts";
import { BY_OBJECT } from "./watch_keys.ts";

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
 *
 * @param object the stored object of that key
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
