import { type ClusterRole, clusterRoles } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { isNotFound } from "../../kube/errors.ts";
import { PLANNER_ROLE } from "./installation.ts";

/** Applies the planner ClusterRole, to which the operator binds the ServiceAccounts of planners. */
export async function addPlannerRole(client: Client): Promise<void> {
  const role: ClusterRole = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: PLANNER_ROLE },
    rules: [{ apiGroups: ["nvidia.com"], resources: ["dynamographdeployments"], verbs: ["get"] }],
  };
  await client.apply(clusterRoles, role);
}

export async function removePlannerRole(client: Client): Promise<void> {
  try {
    await client.delete(clusterRoles, { name: PLANNER_ROLE });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
