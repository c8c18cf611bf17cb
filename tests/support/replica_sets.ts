import { type NamespaceClient } from "./namespace_client.ts";
import { replicaSets } from "./namespace_objects.ts";

/** Sorted names of ReplicaSets, keyed by the name of their Deployment. */
export type ReplicaSetNames = Record<string, string[]>;

/** Returns all ReplicaSets in a namespace, including the ReplicaSets of earlier pod templates. */
export async function replicaSetsOf(kube: NamespaceClient): Promise<ReplicaSetNames> {
  const names: ReplicaSetNames = {};
  for (const { metadata } of await kube.list(replicaSets)) {
    const owner = metadata.ownerReferences?.[0]?.name ?? "";
    names[owner] = [...names[owner] ?? [], metadata.name].sort();
  }
  return names;
}

/** Returns the number of new ReplicaSets of each Deployment. Omits Deployments without new ReplicaSets. */
export function newReplicaSets(
  before: ReplicaSetNames,
  after: ReplicaSetNames,
): Record<string, number> {
  const counts = Object.entries(after).map(([owner, names]) => {
    const known = new Set(before[owner]);
    return [owner, names.filter((name) => !known.has(name)).length] as const;
  });
  return Object.fromEntries(counts.filter(([, count]) => count > 0).sort());
}
