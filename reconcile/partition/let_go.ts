import type { DdbctlDpJob } from "../../crds/partition_job.ts";
import { type Job, jobs, pods } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { Store } from "../../kube/store.ts";
import { ownJob, type PartitionObserved } from "./plan.ts";
import { podsToStop, releaseOf } from "./release.ts";
import { unlessGone } from "./unless_gone.ts";

export interface LetGoContext {
  client: Pick<Client, "delete" | "patch">;
  jobStore: Pick<Store<Job>, "write">;
}

/**
 * Lets the Job of an object go as soon as the status, as it is stored, tells all that is to be known of it, and stops
 * what still works for one that somebody deleted.
 *
 * @param observed the Job, and the pods that the stored status was made from
 */
export async function letGo(
  { client, jobStore }: LetGoContext,
  stored: DdbctlDpJob,
  observed: PartitionObserved,
  signal: AbortSignal,
): Promise<void> {
  const job = ownJob(stored, observed.job);
  if (!job) return;
  for (const { metadata } of podsToStop(stored, job, observed.pods)) {
    await unlessGone(client.delete(pods, metadata, { uid: metadata.uid, signal }));
  }
  const body = releaseOf(stored, job, observed.pods);
  if (!body) return;
  const patching = client.patch(jobs, job.metadata, { type: "merge", body }, { signal });
  const patched = await unlessGone(patching);
  if (patched) jobStore.write(patched);
}
