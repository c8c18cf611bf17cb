import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { clusterRoles } from "../../kube/builtin.ts";
import type { Observed } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { Problem } from "../dynamo/problem.ts";
import { sharedAccountRbac } from "../graph/rbac.ts";
import { PROFILING_SERVICE_ACCOUNT } from "./names.ts";

/** The settings that determine the permissions of profiling pods. */
export type AccountConfig = Pick<
  PlatformConfig,
  "profilingClusterRoleName" | "plannerRbacProvided"
>;

/**
 * The planned ServiceAccount of profiling pods with its RoleBinding, or the reason why the operator cannot plan them.
 */
export interface AccountPlan {
  planned: Planned[];
  warnings: Pick<Problem, "field" | "message">[];
  problem?: Problem;
}

/**
 * Plans the ServiceAccount of profiling pods and its RoleBinding, which all requests of a namespace share. Plans
 * nothing for a namespace-scoped operator, because its Helm chart creates both objects.
 */
export function planAccount(
  { metadata: { namespace = "" } }: DynamoGraphDeploymentRequest,
  observed: Pick<Observed, "find">,
  { profilingClusterRoleName: role, plannerRbacProvided }: AccountConfig,
): AccountPlan {
  if (plannerRbacProvided) return { planned: [], warnings: [] };
  if (role && observed.find(clusterRoles, role)) {
    const account = { name: PROFILING_SERVICE_ACCOUNT, namespace, users: "profiling Jobs" };
    const { planned, conflict } = sharedAccountRbac(account, role, observed);
    return { planned, warnings: conflict ? [{ message: conflict }] : [] };
  }
  const message = role
    ? `ClusterRole "${role}" does not exist, but profiling Jobs need it: create the ClusterRole, or install the platform chart`
    : "Profiling Jobs need a ClusterRole: start the operator with --dgdr-profiling-cluster-role-name";
  return {
    planned: [],
    warnings: [],
    problem: { reason: REASONS.profilingRoleMissing, message },
  };
}
