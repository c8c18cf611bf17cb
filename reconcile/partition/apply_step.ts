import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../crds/labels.ts";
import { type Job, jobs, pods, secrets } from "../../kube/builtin.ts";
import { isAlreadyExists } from "../../kube/errors.ts";
import { canonicalJson } from "../../kube/json.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import { ownership } from "../apply/ownership.ts";
import { partitionJobs } from "../dynamo/resources.ts";
import { awaitsApproval } from "./approval.ts";
import { BY_OBJECT } from "./children.ts";
import { type PartitionScope, storeResponse } from "./context.ts";
import { isFinished } from "./end_state.ts";
import { jobManifest, jobName, secretManifest } from "./job.ts";
import { conflictingJob, ownJob, type Step } from "./plan.ts";
import { type PartitionPod, uidOf } from "./pod.ts";
import type { SuspendStep } from "./suspend_pace.ts";

/**
 * Executes one step and returns the step. Returns a `wait` step instead if another Job has the planned name, or if
 * another client repeatedly suspends or resumes the Job. Returns undefined if the stores were out of date; the caller
 * then requeues the key. The operator creates Jobs without server-side apply, because a create request never changes
 * an existing Job.
 */
export async function applyStep(
  scope: PartitionScope,
  object: DdbctlDpJob,
  step: Step,
  job: Job | undefined,
): Promise<Step | undefined> {
  if (step.do === "create") return await createJob(scope, object);
  if (step.do === "restoreSecret") await createSecret(scope, object);
  if (step.do === "admit") return await admit(scope, object, step) ? step : undefined;
  if (step.do === "suspend") return job && await suspend(scope, job, step);
  return step;
}

async function suspend(
  { client, jobStore, suspendPace, signal }: PartitionScope,
  job: Job,
  step: SuspendStep,
): Promise<Step> {
  const limited = await suspendPace.limited(job, step, signal);
  if (limited !== step) return limited;
  const body = { metadata: { uid: job.metadata.uid }, spec: { suspend: step.suspend } };
  jobStore.write(await client.patch(jobs, job.metadata, { type: "merge", body }, { signal }));
  suspendPace.applied(job, step);
  return step;
}

/**
 * Removes the operator's scheduling gate from a pod, and sets the number of items that the pod may delete. Returns
 * false if the DdbctlDpJob has changed since the operator planned the step, for example because a user has suspended,
 * paused or deleted it.
 */
async function admit(
  { client, objectStore, podStore, signal }: PartitionScope,
  object: DdbctlDpJob,
  { pod: { metadata, gates = [] }, maxItems }: Extract<Step, { do: "admit" }>,
): Promise<boolean> {
  const live = await storeResponse(
    objectStore,
    client.get(partitionJobs, object.metadata, { signal }),
  );
  if (live?.metadata.resourceVersion !== object.metadata.resourceVersion) return false;
  const schedulingGates = gates.filter((name) => name !== PARTITION.gate).map((name) => ({ name }));
  const { uid, resourceVersion } = metadata;
  const annotations = { [PARTITION.maxItemsAnnotation]: String(maxItems) };
  const body = { metadata: { uid, resourceVersion, annotations }, spec: { schedulingGates } };
  await storeResponse(podStore, client.patch(pods, metadata, { type: "merge", body }, { signal }));
  return true;
}

async function createJob(scope: PartitionScope, object: DdbctlDpJob): Promise<Step | undefined> {
  if (!await isJobNeeded(scope, object)) return undefined;
  const { client, jobStore, config, signal } = scope;
  await createSecret(scope, object);
  const manifest = jobManifest(object, config);
  try {
    jobStore.write(await client.create(jobs, manifest, { signal }));
    return { do: "create" };
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const live = await client.get(jobs, manifest.metadata, { signal });
  jobStore.write(live);
  // The operator may have created this Job earlier without receiving the response.
  if (ownJob(object, live) || await restoreJobLabel(scope, object, live)) return undefined;
  return { do: "wait", ...conflictingJob(object, live) };
}

/** Restores the operator's label on a Job that the operator created for the object. Returns false for any other Job. */
export async function restoreJobLabel(
  { client, jobStore, signal }: PartitionScope,
  object: DdbctlDpJob,
  live: Job,
): Promise<boolean> {
  if (ownership(object, live) !== "owned" || !isUnlabelled(live)) return false;
  const { uid } = live.metadata;
  const body = { metadata: { uid, labels: { [PARTITION.uidLabel]: object.metadata.uid } } };
  jobStore.write(await client.patch(jobs, live.metadata, { type: "merge", body }, { signal }));
  return true;
}

/**
 * Returns whether an object exists, is not being deleted, has no final result and does not wait for approval. Reads the
 * object from the API server, because the store may be stale: another replica of the operator may have recorded the
 * final result.
 */
async function isJobNeeded(
  { client, objectStore, signal }: PartitionScope,
  { metadata }: DdbctlDpJob,
): Promise<boolean> {
  const live = await storeResponse(objectStore, client.get(partitionJobs, metadata, { signal }));
  return live !== undefined && live.metadata.uid === metadata.uid &&
    !live.metadata.deletionTimestamp && !isFinished(live) && !awaitsApproval(live);
}

/**
 * Creates the Secret with the partition value, unless this Secret exists or the user provides a Secret. An existing
 * Secret belongs to this object, because its name contains a hash of the object's UID.
 */
async function createSecret({ client, signal }: PartitionScope, object: DdbctlDpJob) {
  if (object.spec.partitionValueFrom) return;
  try {
    await client.create(secrets, secretManifest(object), { signal });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

/**
 * Lists the pods of an object from the API server, and returns whether `known` contains all of them in their current
 * state. Every irreversible step needs this check, because the pod watch may lag behind the watches of Jobs and
 * DdbctlDpJobs. The irreversible steps record the end of a deletion, create a Job, permit a pod to start, or remove the
 * finalizer of a Job.
 *
 * The list selects pods by the name of the Job, so it includes pods of earlier Jobs of the object. If a user has
 * removed the operator's label from a pod, the watch does not deliver the pod. This function then restores the label
 * and returns false.
 *
 * @param known the pods that the decision is based on
 */
export async function arePodsKnown(
  { client, podStore, signal }: PartitionScope,
  { metadata }: DdbctlDpJob,
  known: readonly PartitionPod[],
): Promise<boolean> {
  const { namespace, uid = "" } = metadata;
  const labelSelector = `${JOB_NAME_LABEL}=${jobName(metadata.name)}`;
  const { items } = await client.list(pods, { namespace, labelSelector, signal });
  const unlabelled = items.filter(isUnlabelled);
  for (const { metadata: pod } of unlabelled) {
    const labels = { [PARTITION.uidLabel]: pod.annotations?.[PARTITION.uidLabel] ?? uid };
    const body = { metadata: { uid: pod.uid, labels } };
    await storeResponse(podStore, client.patch(pods, pod, { type: "merge", body }, { signal }));
  }
  items.forEach((pod) => podStore.write(pod));
  const states = new Set(known.map(stateOf));
  // Reads the store after the list request, because the watch may have delivered another pod in the meantime.
  return unlabelled.length === 0 &&
    podStore.byIndex(BY_OBJECT, objectKey(metadata)).every((pod) =>
      uidOf(pod.metadata) !== uid || states.has(stateOf(pod))
    );
}

/** Label that the Job controller adds to the pods of a Job. */
const JOB_NAME_LABEL = "batch.kubernetes.io/job-name";

/** Returns whether a Job or a pod lacks the operator's label, but has the operator's finalizer. */
function isUnlabelled({ metadata }: KubeObject): boolean {
  return uidOf(metadata) === "" && metadata.finalizers?.includes(PARTITION.finalizer) === true;
}

/**
 * Returns the state of a pod as text for comparison. Omits finalizers and deletion time, because the operator
 * changes them itself.
 */
function stateOf({ metadata, ...run }: PartitionPod): string {
  return canonicalJson({ ...run, uid: metadata.uid });
}
