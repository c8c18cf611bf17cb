import { dynamoWorkerMetadataNames } from "../../crds/names.ts";
import { type Role, roleBindings, roles, serviceAccounts } from "../../kube/builtin.ts";
import type { Planned } from "../apply/planned.ts";
import { discoveryServiceAccount } from "../dynamo/discovery.ts";
import { rbacLabels, roleBindingManifest, serviceAccountManifest } from "./service_account_rbac.ts";

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
