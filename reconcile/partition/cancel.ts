import type { DdbctlDpJob } from "../../crds/partition_job.ts";
import { PARTITION } from "../../crds/partition_labels.ts";
import { type Job, jobs } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Store } from "../../kube/store.ts";
import { controllerOf } from "../engine/claim.ts";
import { partitionJobs } from "../kinds.ts";
import { uidOf } from "./pod.ts";
import { withoutFinalizer } from "./release.ts";
import { unlessGone } from "./unless_gone.ts";

export interface CancelContext {
  client: Pick<Client, "delete" | "get" | "patch">;
  jobStore: Pick<Store<Job>, "write">;
}

/**
 * Ends the Jobs whose object is being deleted or gone. The garbage collector would delete them too, but only when our
 * finalizer goes do they, and their pods, go.
 *
 * @param named Jobs made for an object of that name
 * @param object the object of that name as stored, if there is one
 */
export async function cancelDeleted(
  { client, jobStore }: CancelContext,
  named: readonly Job[],
  object: DdbctlDpJob | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (const job of named) {
    if (!await isCancelled(job)) continue;
    const { uid = "", deletionTimestamp } = job.metadata;
    const body = withoutFinalizer(job);
    if (body) {
      const patching = client.patch(jobs, job.metadata, { type: "merge", body }, { signal });
      const patched = await unlessGone(patching);
      if (patched) jobStore.write(patched);
    }
    // An orphaned Job is meant to go on; it is nobody's from now on.
    const isOwned = controllerOf(job)?.uid === uidOf(job.metadata);
    if (deletionTimestamp || !isOwned || isOrphaning(object)) continue;
    const options = { uid, propagationPolicy: "Background", signal } as const;
    await unlessGone(client.delete(jobs, job.metadata, options));
  }

  async function isCancelled(job: Job): Promise<boolean> {
    const owner = uidOf(job.metadata);
    if (object?.metadata.uid === owner) return object.metadata.deletionTimestamp !== undefined;
    // The watches of two kinds are not in step: only the API server knows that an object is gone.
    const live = await unlessGone(client.get(partitionJobs, nameOf(job), { signal }));
    return live?.metadata.uid !== owner;
  }
}

function nameOf({ metadata: { name, namespace, annotations } }: Job) {
  return { name: annotations?.[PARTITION.nameAnnotation] ?? name, namespace };
}

function isOrphaning(object: KubeObject | undefined): boolean {
  return object?.metadata.finalizers?.includes("orphan") === true;
}
