import {
  type Role,
  type RoleBinding,
  roleBindings,
  roles,
  type ServiceAccount,
  serviceAccounts,
} from "../../kube/builtin.ts";
import type { Planned } from "../apply/planned.ts";
import { discoveryAccountName } from "../dynamo/discovery.ts";
import { labelValue } from "../dynamo/label_value.ts";

/**
 * What a pod needs to find its peers through the Kubernetes API: an account, a role that reads endpoints and keeps
 * the worker's own metadata, and their binding. The operator must itself hold every right granted here.
 */
export function discoveryObjects(graph: { name: string; namespace: string }): Planned[] {
  const account = discoveryAccountName(graph.name);
  const metadata = (name: string) => ({
    name,
    namespace: graph.namespace,
    labels: rbacLabels(account),
  });
  const serviceAccount: ServiceAccount = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: metadata(account),
  };
  const role: Role = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: metadata(`${account}-role`),
    rules: DISCOVERY_RULES,
  };
  const binding: RoleBinding = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: metadata(`${account}-binding`),
    subjects: [{ kind: "ServiceAccount", name: account, namespace: graph.namespace }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: `${account}-role` },
  };
  return [
    { resource: serviceAccounts, manifest: serviceAccount, policy: "own" },
    { resource: roles, manifest: role, policy: "own" },
    { resource: roleBindings, manifest: binding, policy: "own" },
  ];
}

/** The rights of a graph's pods; also part of the operator's own, for nobody may grant what they do not have. */
export const DISCOVERY_RULES = [
  { apiGroups: [""], resources: ["endpoints"], verbs: ["get", "list", "watch"] },
  {
    apiGroups: ["discovery.k8s.io"],
    resources: ["endpointslices"],
    verbs: ["get", "list", "watch"],
  },
  {
    apiGroups: ["nvidia.com"],
    resources: ["dynamoworkermetadatas"],
    verbs: ["create", "get", "list", "watch", "update", "patch", "delete"],
  },
];

/** The labels of every RBAC object that the operator makes. */
export function rbacLabels(accountName: string): Record<string, string> {
  return {
    "app.kubernetes.io/managed-by": "dynamo-operator",
    "app.kubernetes.io/component": "rbac",
    "app.kubernetes.io/name": labelValue(accountName),
  };
}
