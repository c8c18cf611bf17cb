import { pods } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { type Resource, resource } from "../../kube/resource.ts";
import { componentKinds } from "../../reconcile/component/children.ts";
import { graphs } from "../../reconcile/dynamo/resources.ts";
import { graphKinds } from "../../reconcile/graph/children.ts";
import type { NamespaceClient } from "./namespace_client.ts";

export const replicaSets = resource<KubeObject>({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  namespaced: true,
});

const SETTINGS = {
  plannerClusterRoleName: "",
  profilingClusterRoleName: "",
  plannerRbacProvided: true,
  pullSecretDiscovery: false,
  virtualServiceGateway: "",
  mpiSecret: { name: "mpi-run-ssh-secret", namespace: "" },
};

/**
 * DynamoGraphDeployment, and all kinds of objects that the controllers of graphs and components create. Excludes
 * optional kinds of other projects, which the API server may not serve.
 */
export const WRITTEN_KINDS: readonly Resource<KubeObject>[] = [
  graphs,
  ...new Set(
    [graphKinds, componentKinds].flatMap((kinds) => Object.values(kinds(SETTINGS).children))
      .flatMap((row) => row?.verbs?.includes("create") && isServed(row) ? [row.resource] : []),
  ),
];

function isServed({ optional, resource }: { optional?: boolean; resource: Resource<KubeObject> }) {
  return !optional || resource.group === graphs.group;
}

/**
 * Returns all objects of these kinds in a namespace. Omits the ServiceAccount "default", which exists in every
 * namespace.
 */
export async function objectsIn(
  kube: NamespaceClient,
  kinds: readonly Resource<KubeObject>[] = WRITTEN_KINDS,
): Promise<KubeObject[]> {
  const lists = await Promise.all(kinds.map((kind) => kube.list(kind)));
  return lists.flat().filter((object) => nameOf(object) !== "ServiceAccount/default");
}

/** Returns the sorted names (`Kind/name`) of the objects that {@link objectsIn} returns. */
export async function objectNamesIn(
  kube: NamespaceClient,
  kinds?: readonly Resource<KubeObject>[],
): Promise<string[]> {
  return (await objectsIn(kube, kinds)).map(nameOf).sort();
}

export function nameOf({ kind, metadata: { name } }: KubeObject): string {
  return `${kind}/${name}`;
}

/** Returns the sorted names of the ReplicaSets, the pods and all objects of {@link WRITTEN_KINDS} in a namespace. */
export async function allObjectNamesIn(kube: NamespaceClient): Promise<string[]> {
  return await objectNamesIn(kube, [...WRITTEN_KINDS, replicaSets, pods]);
}
