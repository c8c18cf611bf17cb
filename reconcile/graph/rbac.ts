import { LABELS } from "../../crds/labels.ts";
import { dynamoWorkerMetadataNames } from "../../crds/names.ts";
import {
  clusterRoles,
  type Role,
  type RoleBinding,
  roleBindings,
  roles,
  type ServiceAccount,
  serviceAccounts,
} from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Planned } from "../apply/planned.ts";
import { discoveryServiceAccount, labelValue, PLANNER_SERVICE_ACCOUNT } from "../dynamo/names.ts";

/** RBAC rules of a graph's pods: each pod reads endpoints and writes the metadata of its own worker. */
export const DISCOVERY_RULES = [
  { apiGroups: [""], resources: ["endpoints"], verbs: ["get", "list", "watch"] },
  {
    apiGroups: ["discovery.k8s.io"],
    resources: ["endpointslices"],
    verbs: ["get", "list", "watch"],
  },
  {
    apiGroups: [dynamoWorkerMetadataNames.group],
    resources: [dynamoWorkerMetadataNames.plural],
    verbs: ["create", "get", "list", "watch", "update", "patch", "delete"],
  },
];

/**
 * Returns the objects that let the pods of a graph discover each other through the Kubernetes API: a ServiceAccount, a
 * Role and a RoleBinding. The RoleBinding also grants the Role to ServiceAccounts that users created for pods. The API
 * server lets the operator create the Role only if the operator has all permissions of
 * the Role.
 */
export function discoveryObjects(
  graph: { name: string; namespace: string },
  podAccounts: readonly string[],
): Planned[] {
  const { namespace } = graph;
  const name = discoveryServiceAccount(graph.name);
  const role: Role = {
    apiVersion: roles.apiVersion,
    kind: roles.kind,
    metadata: { name: `${name}-role`, namespace, labels: rbacLabels(name) },
    rules: DISCOVERY_RULES,
  };
  const binding = roleBinding(name, namespace, roles, role.metadata.name);
  for (const account of podAccounts) {
    if (account !== name) binding.subjects?.push(subject(account, namespace));
  }
  return [
    { resource: serviceAccounts, manifest: serviceAccount(name, namespace), policy: "own" },
    { resource: roles, manifest: role, policy: "own" },
    { resource: roleBindings, manifest: binding, policy: "own" },
  ];
}

/**
 * Returns the planner's ServiceAccount and its RoleBinding to the ClusterRole that the installation creates. All graphs of
 * a namespace share both objects, so they are planned without an owner and are never deleted. An existing ServiceAccount
 * is not changed; drift of the RoleBinding is repaired.
 */
export function plannerRbac(namespace: string, clusterRoleName: string): Planned[] {
  const name = PLANNER_SERVICE_ACCOUNT;
  const binding = roleBinding(name, namespace, clusterRoles, clusterRoleName);
  return [
    { resource: serviceAccounts, manifest: serviceAccount(name, namespace), policy: "create" },
    { resource: roleBindings, manifest: binding, policy: "shared" },
  ];
}

function serviceAccount(name: string, namespace: string): ServiceAccount {
  const { apiVersion, kind } = serviceAccounts;
  return { apiVersion, kind, metadata: { name, namespace, labels: rbacLabels(name) } };
}

/** Returns the RoleBinding that grants a role to a ServiceAccount. `role` is the resource `roles` or `clusterRoles`. */
function roleBinding(
  name: string,
  namespace: string,
  role: Resource<KubeObject>,
  roleName: string,
): RoleBinding {
  return {
    apiVersion: roleBindings.apiVersion,
    kind: roleBindings.kind,
    metadata: { name: `${name}-binding`, namespace, labels: rbacLabels(name) },
    subjects: [subject(name, namespace)],
    roleRef: { apiGroup: roles.group, kind: role.kind, name: roleName },
  };
}

function subject(name: string, namespace: string) {
  return { kind: serviceAccounts.kind, name, namespace };
}

/** Returns the labels of every RBAC object that the operator creates for a ServiceAccount. */
function rbacLabels(serviceAccountName: string): Record<string, string> {
  return {
    [LABELS.appManagedBy]: "dynamo-operator",
    [LABELS.appComponent]: "rbac",
    [LABELS.appName]: labelValue(serviceAccountName),
  };
}
