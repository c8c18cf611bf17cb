import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../crds/partition_labels.ts";
import { pods } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { objectKey } from "../../kube/object.ts";
import type { Store } from "../../kube/store.ts";
import { canonicalJson } from "../../kube/json.ts";
import { BY_OBJECT } from "./watch_keys.ts";
import { type PartitionPod, uidOf } from "./pod.ts";

export interface LivePodsContext {
  client: Pick<Client, "list">;
  podStore: Pick<Store<PartitionPod>, "byIndex" | "write">;
}

/**
 * Asks the API server itself for the pods of an object and takes them in. The watch of pods may lag behind that of Jobs
 * and objects, so this comes before whatever cannot be taken back: an end that is recorded, a Job that is made or let go.
 *
 * @param seen the pods that it was decided on; what the watch told in the meantime is as new as what is listed
 * @returns whether they are all, and as they were; otherwise it is to be decided anew
 */
export async function arePodsKnown(
  { client, podStore }: LivePodsContext,
  { metadata }: DdbctlDpJob,
  seen: readonly PartitionPod[],
  signal: AbortSignal,
): Promise<boolean> {
  const { namespace, uid } = metadata;
  const labelSelector = `${PARTITION.uidLabel}=${uid}`;
  const { items } = await client.list(pods, { namespace, labelSelector, signal });
  items.forEach((pod) => podStore.write(pod));
  const known = new Set(seen.map(content));
  return podStore.byIndex(BY_OBJECT, objectKey(metadata)).every((pod) =>
    uidOf(pod.metadata) !== uid || known.has(content(pod))
  );
}

/** What a pod tells of its run; who holds it or has deleted it may have changed by our own hand. */
function content({ metadata, ...run }: PartitionPod): string {
  return canonicalJson({ ...run, uid: metadata.uid });
}
