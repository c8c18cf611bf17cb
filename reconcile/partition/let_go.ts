import { isPaused } from "../../crds/paused.ts";
import type { DdbctlDpJob } from "../../crds/partition_job.ts";
import { type Job, jobs, pods } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { Store } from "../../kube/store.ts";
import { ownJob, type PartitionObserved } from "./plan.ts";
import type { PartitionPod } from "./pod.ts";
import { podsToRelease, podsToStop, releaseOf, withoutFinalizer } from "./release.ts";
import { unlessGone } from "./unless_gone.ts";

export interface LetGoContext {
  client: Pick<Client, "delete" | "patch">;
  jobStore: Pick<Store<Job>, "write">;
  podStore: Pick<Store<PartitionPod>, "write">;
}

/**
 * Lets the pods and the Job of an object go as soon as the status, as it is stored, tells all that is to be known of
 * them, and stops what still works for a Job that somebody deleted. Of a paused object all stays as it is.
 *
 * @param observed the Job, and the pods that the stored status was made from
 * @param named every pod that names the object
 */
export async function letGo(
  context: LetGoContext,
  stored: DdbctlDpJob,
  observed: PartitionObserved,
  named: readonly PartitionPod[],
  signal: AbortSignal,
): Promise<void> {
  if (isPaused(stored)) return;
  const { client, jobStore } = context;
  await releasePods(context, podsToRelease(stored, named), signal);
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

/** Takes our finalizer off those of the pods that have it. */
export async function releasePods(
  { client, podStore }: Pick<LetGoContext, "podStore"> & { client: Pick<Client, "patch"> },
  released: readonly PartitionPod[],
  signal: AbortSignal,
): Promise<void> {
  for (const pod of released) {
    const body = withoutFinalizer(pod);
    if (!body) continue;
    const patching = client.patch(pods, pod.metadata, { type: "merge", body }, { signal });
    const patched = await unlessGone(patching);
    if (patched) podStore.write(patched);
  }
}
