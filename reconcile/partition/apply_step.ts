import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../crds/labels.ts";
import { type Job, jobs, pods, secrets } from "../../kube/builtin.ts";
import { isAlreadyExists } from "../../kube/errors.ts";
import { canonicalJson } from "../../kube/json.ts";
import { objectKey } from "../../kube/object.ts";
import { partitionJobs } from "../dynamo/resources.ts";
import { BY_OBJECT } from "./children.ts";
import { type PartitionScope, storeResponse } from "./context.ts";
import { isFinished } from "./end_state.ts";
import { jobManifest, secretManifest } from "./job.ts";
import { conflictingJob, ownJob, type Step } from "./plan.ts";
import { type PartitionPod, uidOf } from "./pod.ts";

/**
 * Executes one step and returns it; returns a `wait` step if another Job has the planned name. Returns undefined if the
 * stores were out of date; the caller then requeues the key. Unlike an apply, a create never changes an existing Job.
 */
export async function applyStep(
  scope: PartitionScope,
  object: DdbctlDpJob,
  step: Step,
  job: Job | undefined,
): Promise<Step | undefined> {
  if (step.do === "create") return await createJob(scope, object);
  if (step.do === "restoreSecret") await createSecret(scope, object);
  if (step.do === "suspend") {
    if (!job) return undefined;
    const { client, jobStore, signal } = scope;
    const body = { metadata: { uid: job.metadata.uid }, spec: { suspend: step.suspend } };
    jobStore.write(await client.patch(jobs, job.metadata, { type: "merge", body }, { signal }));
  }
  return step;
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
  // If the response to an earlier create request was lost, the owned Job exists already.
  if (ownJob(object, live)) return undefined;
  return { do: "wait", ...conflictingJob(object, live) };
}

/**
 * Returns whether an object exists, is not being deleted and has no final result. Reads the object from the API server,
 * because the store may lag: another replica may have recorded the result and released the Job already.
 */
async function isJobNeeded(
  { client, objectStore, signal }: PartitionScope,
  { metadata }: DdbctlDpJob,
): Promise<boolean> {
  const live = await storeResponse(objectStore, client.get(partitionJobs, metadata, { signal }));
  return live !== undefined && live.metadata.uid === metadata.uid &&
    !live.metadata.deletionTimestamp && !isFinished(live);
}

/** Creates the Secret if it is absent. No other object uses it: the Secret name contains a hash of the object's UID. */
async function createSecret({ client, signal }: PartitionScope, object: DdbctlDpJob) {
  try {
    await client.create(secrets, secretManifest(object), { signal });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

/**
 * Lists the pods of an object from the API server, and returns whether `known` contains all of them in their current
 * state. Every irreversible step needs this check, because the pod watch may lag behind the watches of Jobs and
 * DdbctlDpJobs. These steps are: recording the end of a deletion, creating a Job, releasing a Job.
 *
 * @param known the pods that the decision is based on
 */
export async function arePodsKnown(
  { client, podStore, signal }: PartitionScope,
  { metadata }: DdbctlDpJob,
  known: readonly PartitionPod[],
): Promise<boolean> {
  const { namespace, uid } = metadata;
  const labelSelector = `${PARTITION.uidLabel}=${uid}`;
  const { items } = await client.list(pods, { namespace, labelSelector, signal });
  items.forEach((pod) => podStore.write(pod));
  const states = new Set(known.map(stateOf));
  // The store is read after the list request, because the watch may have delivered a pod in the meantime.
  return podStore.byIndex(BY_OBJECT, objectKey(metadata)).every((pod) =>
    uidOf(pod.metadata) !== uid || states.has(stateOf(pod))
  );
}

/** Returns the state of a pod for comparison, without finalizers and deletion time, which the operator may change. */
function stateOf({ metadata, ...run }: PartitionPod): string {
  return canonicalJson({ ...run, uid: metadata.uid });
}
