import {
  deployments,
  ingresses,
  persistentVolumeClaims,
  pods,
  roleBindings,
  roles,
  serviceAccounts,
  services,
} from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { type Resource, resource } from "../../kube/resource.ts";
import { components, graphs } from "../../reconcile/dynamo/resources.ts";
import type { NamespaceClient } from "./namespace_client.ts";

export const replicaSets = resource<KubeObject>({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  namespaced: true,
});

/** The kinds that the operator writes. */
export const WRITTEN_KINDS: readonly Resource<KubeObject>[] = [
  graphs,
  components,
  deployments,
  services,
  ingresses,
  persistentVolumeClaims,
  serviceAccounts,
  roles,
  roleBindings,
];

/** Everything of these kinds in a namespace but what each namespace has, as `Kind/name` in alphabetical order. */
export async function objectNamesIn(
  kube: NamespaceClient,
  kinds: readonly Resource<KubeObject>[] = WRITTEN_KINDS,
): Promise<string[]> {
  const lists = await Promise.all(kinds.map((kind) => kube.list(kind)));
  return lists.flat()
    .map(({ kind, metadata: { name } }) => `${kind}/${name}`)
    .filter((name) => name !== "ServiceAccount/default")
    .sort();
}

/** The same with what the cluster's own controllers make of it. */
export async function allObjectNamesIn(kube: NamespaceClient): Promise<string[]> {
  return await objectNamesIn(kube, [...WRITTEN_KINDS, replicaSets, pods]);
}
