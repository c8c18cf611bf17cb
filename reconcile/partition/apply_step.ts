import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { type Job, jobs, secrets } from "../../kube/builtin.ts";
import { isAlreadyExists } from "../../kube/errors.ts";
import { ownership } from "../apply/ownership.ts";
import { partitionJobs } from "../dynamo/resources.ts";
import { type PartitionScope, storeResponse } from "./context.ts";
import { isFinished } from "./end_state.ts";
import { jobManifest, secretManifest } from "./job.ts";
import { conflictingJob, type Step } from "./plan.ts";

/**
 * Applies one step. It creates objects with `create`, never by server-side apply: a Job must not be merged with one that
 * exists.
 *
 * @returns the step that was applied; undefined if the stores were out of date, so that the key must be requeued
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
  // An owned Job exists if the response to an earlier create was lost.
  if (ownership(object, live) === "owned") return undefined;
  return { do: "wait", ...conflictingJob(object, live) };
}

/**
 * Returns whether the object exists and is not finished. It asks the API server, because another leader may have recorded
 * the end and released the Job before this process received the event.
 */
async function isJobNeeded(
  { client, objectStore, signal }: PartitionScope,
  { metadata }: DdbctlDpJob,
): Promise<boolean> {
  const live = await storeResponse(objectStore, client.get(partitionJobs, metadata, { signal }));
  return live !== undefined && live.metadata.uid === metadata.uid &&
    !live.metadata.deletionTimestamp && !isFinished(live);
}

/** Creates the Secret. One that exists belongs to the same object, because its name contains a hash of the UID. */
async function createSecret({ client, signal }: PartitionScope, object: DdbctlDpJob) {
  try {
    await client.create(secrets, secretManifest(object), { signal });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}
