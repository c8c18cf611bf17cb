import {
  clusterRoles,
  type RoleBinding,
  roleBindings,
  type ServiceAccount,
  serviceAccounts,
} from "../../kube/builtin.ts";
import type { Planned } from "../apply/planned.ts";
import { PLANNER_SERVICE_ACCOUNT } from "../dynamo/names.ts";
import { rbacLabels } from "./discovery_rbac.ts";

/**
 * Returns the planner's ServiceAccount and its RoleBinding to the ClusterRole that the installation creates. All graphs of
 * a namespace share them, so they have no owner and are never deleted. An existing ServiceAccount stays as it is; drift
 * of the RoleBinding is repaired.
 */
export function plannerRbac(namespace: string, clusterRoleName: string): Planned[] {
  const labels = rbacLabels(PLANNER_SERVICE_ACCOUNT);
  const account: ServiceAccount = {
    apiVersion: serviceAccounts.apiVersion,
    kind: serviceAccounts.kind,
    metadata: { name: PLANNER_SERVICE_ACCOUNT, namespace, labels },
  };
  const binding: RoleBinding = {
    apiVersion: roleBindings.apiVersion,
    kind: roleBindings.kind,
    metadata: { name: `${PLANNER_SERVICE_ACCOUNT}-binding`, namespace, labels },
    subjects: [{ kind: serviceAccounts.kind, name: PLANNER_SERVICE_ACCOUNT, namespace }],
    roleRef: { apiGroup: clusterRoles.group, kind: clusterRoles.kind, name: clusterRoleName },
  };
  return [
    { resource: serviceAccounts, manifest: account, policy: "create" },
    { resource: roleBindings, manifest: binding, policy: "shared" },
  ];
}
