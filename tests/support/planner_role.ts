import { type ClusterRole, clusterRoles } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { isNotFound } from "../../kube/errors.ts";
import { PLANNER_ROLE } from "./installation.ts";

/** Creates the ClusterRole that an installation brings for its planners; one that exists is fine. */
export async function addPlannerRole(client: Client): Promise<void> {
  const role: ClusterRole = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: PLANNER_ROLE },
    rules: [{ apiGroups: ["nvidia.com"], resources: ["dynamographdeployments"], verbs: ["get"] }],
  };
  await client.apply(clusterRoles, role);
}

/** Takes the planner's ClusterRole away, if it is there. */
export async function removePlannerRole(client: Client): Promise<void> {
  try {
    await client.delete(clusterRoles, { name: PLANNER_ROLE });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
