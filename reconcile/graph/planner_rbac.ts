import {
  type RoleBinding,
  roleBindings,
  type ServiceAccount,
  serviceAccounts,
} from "../../kube/builtin.ts";
import type { Planned } from "../apply/planned.ts";
import { rbacLabels } from "./discovery_rbac.ts";

/** The account under which every planner pod of a namespace runs. */
export const PLANNER_ACCOUNT = "planner-serviceaccount";

/**
 * The planner's account and its binding to the ClusterRole that the installation brings. They belong to the
 * namespace, not to one graph: no owner, never deleted. The account is left as found, the binding is repaired.
 */
export function plannerAccess(namespace: string, clusterRoleName: string): Planned[] {
  const metadata = (name: string) => ({ name, namespace, labels: rbacLabels(PLANNER_ACCOUNT) });
  const account: ServiceAccount = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: metadata(PLANNER_ACCOUNT),
  };
  const binding: RoleBinding = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: metadata(`${PLANNER_ACCOUNT}-binding`),
    subjects: [{ kind: "ServiceAccount", name: PLANNER_ACCOUNT, namespace }],
    roleRef: {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "ClusterRole",
      name: clusterRoleName,
    },
  };
  return [
    { resource: serviceAccounts, manifest: account, policy: "create" },
    { resource: roleBindings, manifest: binding, policy: "shared" },
  ];
}
