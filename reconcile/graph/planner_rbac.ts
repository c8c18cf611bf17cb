import { clusterRoles, roleBindings, serviceAccounts } from "../../kube/builtin.ts";
import type { Planned } from "../apply/planned.ts";
import { PLANNER_SERVICE_ACCOUNT } from "../dynamo/names.ts";
import { roleBindingManifest, serviceAccountManifest } from "./service_account_rbac.ts";

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
