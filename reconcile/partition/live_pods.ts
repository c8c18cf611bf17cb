import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../crds/labels.ts";
import { pods } from "../../kube/builtin.ts";
import { canonicalJson } from "../../kube/json.ts";
import { objectKey } from "../../kube/object.ts";
import type { PartitionScope } from "./context.ts";
import { type PartitionPod, uidOf } from "./pod.ts";
import { BY_OBJECT } from "./watch_keys.ts";

/**
 * Lists the pods of an object from the API server, and returns whether a decision knew all of them in their present state.
 * The watch of pods may lag behind those of Jobs and objects. So this precedes every irreversible step: recording an end,
 * creating a Job, releasing a Job.
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
  // Reads the store, because the watch may have delivered a pod during the list.
  return podStore.byIndex(BY_OBJECT, objectKey(metadata)).every((pod) =>
    uidOf(pod.metadata) !== uid || states.has(stateOf(pod))
  );
}

/** Returns the state of a pod's run. Finalizers and deletion do not count: the operator itself changes them. */
function stateOf({ metadata, ...run }: PartitionPod): string {
  return canonicalJson({ ...run, uid: metadata.uid });
}
