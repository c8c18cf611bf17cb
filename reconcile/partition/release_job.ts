import { isPaused } from "../../crds/paused.ts";
import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { type Job, jobs, pods } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { Store } from "../../kube/store.ts";
import { arePodsKnown, type LivePodsContext } from "./live_pods.ts";
import { ownJob, type PartitionObserved } from "./plan.ts";
import type { PartitionPod } from "./pod.ts";
import { podsToRelease, podsToStop, releaseOf, withoutFinalizer } from "./release.ts";
import { takeIn, unlessGone } from "./ignore_not_found.ts";
import { isFinished } from "./end_state.ts";

export interface LetGoContext extends LivePodsContext {
  client: Pick<Client, "delete" | "list" | "patch">;
  jobStore: Pick<Store<Job>, "write">;
}

/**
 * Lets the pods and the Job of an object go as soon as the status, as it is stored, tells all that is to be known of
 * them, and stops what still works for a Job that somebody deleted. Of a paused object all stays as it is.
 *
 * @param observed the Job, and the pods that the stored status was made from
 * @param named every pod that names the object
 * @returns whether that is all; false if pods came to light on which it depends
 */
export async function letGo(
  context: LetGoContext,
  stored: DdbctlDpJob,
  observed: PartitionObserved,
  named: readonly PartitionPod[],
  signal: AbortSignal,
): Promise<boolean> {
  if (isPaused(stored)) return true;
  const { client, jobStore } = context;
  await releasePods(context, podsToRelease(stored, named), signal);
  const job = ownJob(stored, observed.job);
  if (!job) return true;
  for (const { metadata } of podsToStop(stored, job, observed.pods)) {
    const { uid, resourceVersion } = metadata;
    // A pod that was orphaned meanwhile is meant to go on.
    await unlessGone(client.delete(pods, metadata, { uid, resourceVersion, signal }));
  }
  const body = releaseOf(stored, job, observed.pods);
  if (!body) return true;
  // Another Job is made when this one is gone: none of its pods may still be at work.
  if (!isFinished(stored) && !await arePodsKnown(context, stored, named, signal)) return false;
  await takeIn(jobStore, client.patch(jobs, job.metadata, { type: "merge", body }, { signal }));
  return true;
}

/** Takes our finalizer off those of the pods that have it. */
export async function releasePods(
  { client, podStore }: Pick<LetGoContext, "client" | "podStore">,
  released: readonly PartitionPod[],
  signal: AbortSignal,
): Promise<void> {
  for (const pod of released) {
    const body = withoutFinalizer(pod);
    if (!body) continue;
    await takeIn(podStore, client.patch(pods, pod.metadata, { type: "merge", body }, { signal }));
  }
}
