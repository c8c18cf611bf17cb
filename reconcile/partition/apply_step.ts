import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { type Job, jobs, secrets } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { isAlreadyExists } from "../../kube/errors.ts";
import type { Store } from "../../kube/store.ts";
import { ownership } from "../apply/ownership.ts";
import { partitionJobs } from "../dynamo/resources.ts";
import type { PartitionConfig } from "./config.ts";
import { jobManifest } from "./job.ts";
import { inTheWay, type Step } from "./plan.ts";
import { secretManifest } from "./secret.ts";
import { takeIn } from "./ignore_not_found.ts";
import { isFinished } from "./end_state.ts";

export interface ActContext {
  client: Pick<Client, "create" | "get" | "patch">;
  jobStore: Pick<Store<Job>, "write">;
  objectStore: Pick<Store<DdbctlDpJob>, "write">;
  config: PartitionConfig;
}

/**
 * Makes one step. What is created is sent as a whole and refused if the name is taken: a Job is never merged with one
 * that is there.
 *
 * @returns the step as it turned out; undefined if what it was decided on is old news, so that another look is due
 */
export async function act(
  context: ActContext,
  object: DdbctlDpJob,
  step: Step,
  job: Job | undefined,
  signal: AbortSignal,
): Promise<Step | undefined> {
  switch (step.do) {
    case "create":
      return await createJob(context, object, signal);
    case "suspend": {
      if (!job) return undefined;
      const body = { metadata: { uid: job.metadata.uid }, spec: { suspend: step.suspend } };
      const patch = { type: "merge", body } as const;
      context.jobStore.write(await context.client.patch(jobs, job.metadata, patch, { signal }));
      return step;
    }
    case "restoreSecret":
      await createSecret(context, object, signal);
      return step;
    default:
      return step;
  }
}

async function createJob(
  context: ActContext,
  object: DdbctlDpJob,
  signal: AbortSignal,
): Promise<Step | undefined> {
  if (!await isStillWanted(context, object, signal)) return undefined;
  const { client, jobStore, config } = context;
  await createSecret(context, object, signal);
  const manifest = jobManifest(object, config);
  try {
    jobStore.write(await client.create(jobs, manifest, { signal }));
    return { do: "create" };
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const live = await client.get(jobs, manifest.metadata, { signal });
  jobStore.write(live);
  // Ours, from an attempt whose answer was lost.
  if (ownership(object, live) === "owned") return undefined;
  return { do: "wait", ...inTheWay(object, live) };
}

/**
 * Whether the API server itself says that the object is there and its end is not: another process may have recorded it,
 * and let the Job go, before this one took over and heard of it.
 */
async function isStillWanted(
  { client, objectStore }: ActContext,
  { metadata }: DdbctlDpJob,
  signal: AbortSignal,
): Promise<boolean> {
  const live = await takeIn(objectStore, client.get(partitionJobs, metadata, { signal }));
  return live !== undefined && live.metadata.uid === metadata.uid &&
    !live.metadata.deletionTimestamp && !isFinished(live);
}

/** One that is there already is from an attempt before this, or for a Job before: the name is the object's alone. */
async function createSecret(
  { client }: ActContext,
  object: DdbctlDpJob,
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.create(secrets, secretManifest(object), { signal });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}
