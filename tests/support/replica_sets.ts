import { type NamespaceClient } from "./namespace_client.ts";
import { replicaSets } from "./namespace_objects.ts";

/** Names of the ReplicaSets of each Deployment, in alphabetical order. */
export type ReplicaSetNames = Record<string, string[]>;

/**
 * Returns the names of the ReplicaSets of all Deployments in a namespace. A Deployment keeps the ReplicaSets of earlier
 * pod templates.
 */
export async function replicaSetsOf(kube: NamespaceClient): Promise<ReplicaSetNames> {
  const names: ReplicaSetNames = {};
  for (const { metadata } of await kube.list(replicaSets)) {
    const owner = metadata.ownerReferences?.[0]?.name ?? "";
    names[owner] = [...names[owner] ?? [], metadata.name].sort();
  }
  return names;
}

/** Returns for each Deployment how many ReplicaSets are only in `after`. Omits Deployments without such ReplicaSets. */
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
