import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../crds/partition_labels.ts";
import { type Job, jobs } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { controllerOf } from "../apply/ownership.ts";
import { partitionJobs } from "../dynamo/resources.ts";
import { type LetGoContext, releasePods } from "./release_job.ts";
import { type PartitionPod, uidOf } from "./pod.ts";
import { withoutFinalizer } from "./release.ts";
import { takeIn, unlessGone } from "./ignore_not_found.ts";

export interface CancelContext extends LetGoContext {
  client: Pick<Client, "delete" | "get" | "list" | "patch">;
}

/** What was made for objects of one name. */
export interface Made {
  jobs: readonly Job[];
  pods: readonly PartitionPod[];
}

/**
 * Ends the Jobs, and lets the pods go, whose object is being deleted or gone. The garbage collector would delete them
 * too, but only when our finalizer goes do they go.
 *
 * @param made what names an object of that name
 * @param object the object of that name as stored, if there is one
 */
export async function cancelDeleted(
  context: CancelContext,
  made: Made,
  object: DdbctlDpJob | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { client, jobStore } = context;
  for (const job of made.jobs) {
    if (!await isCancelled(job)) continue;
    const { uid = "", deletionTimestamp } = job.metadata;
    const body = withoutFinalizer(job);
    if (body) {
      await takeIn(jobStore, client.patch(jobs, job.metadata, { type: "merge", body }, { signal }));
    }
    // An orphaned Job is meant to go on; it is nobody's from now on.
    const isOwned = controllerOf(job)?.uid === uidOf(job.metadata);
    if (deletionTimestamp || !isOwned || isOrphaning(object)) continue;
    const options = { uid, propagationPolicy: "Background", signal } as const;
    await unlessGone(client.delete(jobs, job.metadata, options));
  }
  for (const pod of made.pods) {
    if (withoutFinalizer(pod) && await isCancelled(pod)) await releasePods(context, [pod], signal);
  }

  async function isCancelled(child: KubeObject): Promise<boolean> {
    const owner = uidOf(child.metadata);
    if (object?.metadata.uid === owner) return object.metadata.deletionTimestamp !== undefined;
    // The watches of two kinds are not in step: only the API server knows that an object is gone.
    const live = await unlessGone(client.get(partitionJobs, nameOf(child), { signal }));
    return live?.metadata.uid !== owner;
  }
}

function nameOf({ metadata: { name, namespace, annotations } }: KubeObject) {
  return { name: annotations?.[PARTITION.nameAnnotation] ?? name, namespace };
}

function isOrphaning(object: KubeObject | undefined): boolean {
  return object?.metadata.finalizers?.includes("orphan") === true;
}
