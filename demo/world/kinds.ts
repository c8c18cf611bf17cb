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
import { components, graphs } from "../../reconcile/dynamo/resources.ts";

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

/** Every kind that comes into being for a graph, from the graph down, and how kubectl calls it for short. */
export const GRAPH_KINDS: readonly { resource: Resource<KubeObject>; short: string }[] = [
  { resource: graphs, short: "dgd" },
  { resource: components, short: "dcd" },
  { resource: deployments, short: "deploy" },
  { resource: replicaSets, short: "rs" },
  { resource: pods, short: "pods" },
  { resource: services, short: "svc" },
  { resource: ingresses, short: "ing" },
  { resource: persistentVolumeClaims, short: "pvc" },
  { resource: serviceAccounts, short: "sa" },
  { resource: roles, short: "roles" },
  { resource: roleBindings, short: "rolebindings" },
];
