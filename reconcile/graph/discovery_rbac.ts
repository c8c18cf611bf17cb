import { dynamoWorkerMetadataNames } from "../../crds/names.ts";
import { LABELS } from "../../crds/labels.ts";
import {
  type Role,
  type RoleBinding,
  roleBindings,
  roles,
  type ServiceAccount,
  serviceAccounts,
} from "../../kube/builtin.ts";
import type { Planned } from "../apply/planned.ts";
import { discoveryServiceAccount } from "../dynamo/discovery.ts";
import { labelValue } from "../dynamo/label_value.ts";

/**
 * Returns the objects with which the pods of a graph discover each other through the Kubernetes API: a ServiceAccount, a
 * Role and their RoleBinding. The API server lets the operator create the Role only if the operator holds all of its
 * permissions.
 */
export function discoveryObjects(graph: { name: string; namespace: string }): Planned[] {
  const { namespace } = graph;
  const account = discoveryServiceAccount(graph.name);
  const metadata = (name: string) => ({ name, namespace, labels: rbacLabels(account) });
  const serviceAccount: ServiceAccount = {
    apiVersion: serviceAccounts.apiVersion,
    kind: serviceAccounts.kind,
    metadata: metadata(account),
  };
  const role: Role = {
    apiVersion: roles.apiVersion,
    kind: roles.kind,
    metadata: metadata(`${account}-role`),
    rules: DISCOVERY_RULES,
  };
  const binding: RoleBinding = {
    apiVersion: roleBindings.apiVersion,
    kind: roleBindings.kind,
    metadata: metadata(`${account}-binding`),
    subjects: [{ kind: serviceAccounts.kind, name: account, namespace }],
    roleRef: { apiGroup: roles.group, kind: roles.kind, name: role.metadata.name },
  };
  return [
    { resource: serviceAccounts, manifest: serviceAccount, policy: "own" },
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

/** Returns the labels of every RBAC object that the operator creates for a ServiceAccount. */
export function rbacLabels(serviceAccountName: string): Record<string, string> {
  return {
    [LABELS.appManagedBy]: "dynamo-operator",
    [LABELS.appComponent]: "rbac",
    [LABELS.appName]: labelValue(serviceAccountName),
  };
}
