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

/** A ServiceAccount of a namespace, by name. */
export interface AccountName {
  name: string;
  namespace: string;
}

/** Returns the manifest of a ServiceAccount. */
export function serviceAccountManifest(account: AccountName): ServiceAccount {
  const { apiVersion, kind } = serviceAccounts;
  return { apiVersion, kind, metadata: { ...account, labels: rbacLabels(account) } };
}

/**
 * Returns the manifest of the RoleBinding of a ServiceAccount.
 *
 * @param role the kind of the role, `roles` or `clusterRoles`
 */
export function roleBindingManifest(
  account: AccountName,
  role: Resource<KubeObject>,
  roleName: string,
): RoleBinding {
  const { name, namespace } = account;
  return {
    apiVersion: roleBindings.apiVersion,
    kind: roleBindings.kind,
    metadata: { name: `${name}-binding`, namespace, labels: rbacLabels(account) },
    subjects: [{ kind: serviceAccounts.kind, name, namespace }],
    roleRef: { apiGroup: roles.group, kind: role.kind, name: roleName },
  };
}

/** Returns the labels of every RBAC object that the operator creates for a ServiceAccount. */
export function rbacLabels({ name }: AccountName): Record<string, string> {
  return {
    [LABELS.appManagedBy]: "dynamo-operator",
    [LABELS.appComponent]: "rbac",
    [LABELS.appName]: labelValue(name),
  };
}

/**
 * Returns the objects with which the pods of a graph discover each other through the Kubernetes API: a ServiceAccount, a
 * Role and their RoleBinding. The API server lets the operator create the Role only if the operator holds all of its
 * permissions.
 */
export function discoveryObjects(graph: { name: string; namespace: string }): Planned[] {
  const { namespace } = graph;
  const account = { name: discoveryServiceAccount(graph.name), namespace };
  const role: Role = {
    apiVersion: roles.apiVersion,
    kind: roles.kind,
    metadata: { name: `${account.name}-role`, namespace, labels: rbacLabels(account) },
    rules: DISCOVERY_RULES,
  };
  const binding = roleBindingManifest(account, roles, role.metadata.name);
  return [
    { resource: serviceAccounts, manifest: serviceAccountManifest(account), policy: "own" },
    { resource: roles, manifest: role, policy: "own" },
    { resource: roleBindings, manifest: binding, policy: "own" },
  ];
}

/** RBAC rules of a graph's pods: they read endpoints and write the metadata of their own worker. */
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
 * Returns the planner's ServiceAccount and its RoleBinding to the ClusterRole that the installation creates. All graphs of
 * a namespace share them, so they are planned without an owner and are never deleted. An existing ServiceAccount stays
 * as it is; drift of the RoleBinding is repaired.
 */
export function plannerRbac(namespace: string, clusterRoleName: string): Planned[] {
  const account = { name: PLANNER_SERVICE_ACCOUNT, namespace };
  const binding = roleBindingManifest(account, clusterRoles, clusterRoleName);
  return [
    { resource: serviceAccounts, manifest: serviceAccountManifest(account), policy: "create" },
    { resource: roleBindings, manifest: binding, policy: "shared" },
  ];
}
