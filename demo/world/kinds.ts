import type { V1CustomResourceDefinition, V1ReplicaSet } from "@kubernetes/client-node";
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
import type { KubeObject, Typed } from "../../kube/object.ts";
import { type Resource, resource } from "../../kube/resource.ts";
import { components, graphs } from "../../reconcile/kinds.ts";

export type ReplicaSet = Typed<V1ReplicaSet>;
export type CustomResourceDefinition = Typed<V1CustomResourceDefinition>;

/** What Deployments make their pods by. */
export const replicaSets = resource<ReplicaSet>({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  namespaced: true,
});

export const customResourceDefinitions = resource<CustomResourceDefinition>({
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
});

/** Every kind that comes into being for a graph, from the graph down. */
export const GRAPH_KINDS: readonly Resource<KubeObject>[] = [
  graphs,
  components,
  deployments,
  replicaSets,
  pods,
  services,
  ingresses,
  persistentVolumeClaims,
  serviceAccounts,
  roles,
  roleBindings,
];
