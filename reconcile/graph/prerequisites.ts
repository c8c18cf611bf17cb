import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { clusterRoles, roleBindings } from "../../kube/builtin.ts";
import { oncePerObject } from "../../kube/once_per_object.ts";
import type { Planned } from "../apply/planned.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { discoveryBackend, type PlatformConfig } from "../dynamo/platform_config.ts";
import type { Problem } from "../dynamo/problem.ts";
import { discoveryAccounts } from "../dynamo/service_account.ts";
import { isPlanner } from "../dynamo/service_input.ts";
import { requestedReplicas } from "../scaling/determined_replicas.ts";
import { planAdapters } from "../scaling/plan.ts";
import type { FormerAccounts } from "./obsolete_rbac.ts";
import type { GraphObserved } from "./observed.ts";
import { planPvcs, pvcWarnings } from "./pvcs.ts";
import { discoveryObjects, formerPodAccounts, plannerRbac } from "./rbac.ts";
import { type ServicesInput, type ServicesPlan, sortedServices } from "./services_plan.ts";

/** The objects that the pods of a graph require, and its scaling adapters. */
export interface Prerequisites {
  planned: Planned[];
  problems: Problem[];
  warnings: Pick<Problem, "field" | "message">[];
  /** ServiceAccounts that the graph no longer uses, although its RoleBinding still names them. */
  formerAccounts?: FormerAccounts;
  /** Message about a foreign RoleBinding that limits the planner; absent if there is none. */
  plannerConflict?: string;
}

/** Plans the PVCs, the scaling adapters, and the ServiceAccounts with their permissions. */
export function planPrerequisites(
  { graph, declared, observed, config }: ServicesInput,
  services: Pick<ServicesPlan, "specs" | "components">,
): Prerequisites {
  const pvcs = planPvcs(graph, observed);
  // The environment variable `DYN_DEPLOYMENT_CONFIG` can set the replicas of a component. So a scaling adapter gets the
  // replicas of the planned component, if there is one, instead of those in the graph.
  const adapters = planAdapters(graph, observed, (service) =>
    requestedReplicas(
      services.components.get(service)?.spec ?? graph.spec.services?.[service] ?? {},
    ));
  const discovery = planDiscovery(declared, services, observed, config);
  return {
    ...discovery,
    planned: [...pvcs.planned, ...adapters.planned, ...discovery.planned],
    problems: pvcs.problems,
    warnings: [...pvcWarnings(graph, observed), ...pvcs.warnings, ...adapters.warnings],
  };
}

/** Plans the ServiceAccounts of the pods, and the permissions that pods need to discover each other. */
function planDiscovery(
  graph: DynamoGraphDeployment,
  { specs }: Pick<ServicesPlan, "specs">,
  observed: GraphObserved,
  config: PlatformConfig,
): Pick<Prerequisites, "planned" | "formerAccounts"> {
  const { name, namespace = "", annotations = {} } = graph.metadata;
  const accounts = discoveryAccounts(specs.map((spec) => ({ spec, graphName: name })), config);
  if (accounts.length === 0 && discoveryBackend(annotations, config) !== "kubernetes") {
    return { planned: [] };
  }
  const owner = { name, namespace };
  const names = formerPodAccounts(owner, accounts, observed);
  const planned = discoveryObjectsOf(graph, [...accounts, ...names]);
  if (names.length === 0) return { planned };
  const binding = discoveryObjects(owner, accounts)
    .filter(({ resource }) => resource === roleBindings);
  return { planned, formerAccounts: { names, binding } };
}

const discoveryObjectsOf = oncePerObject(
  ({ metadata: { name, namespace = "" } }: DynamoGraphDeployment, accounts: readonly string[]) =>
    discoveryObjects({ name, namespace }, accounts),
);

/**
 * Plans the planner's RBAC objects if the graph has a planner. In namespace-scoped mode, plans nothing, because the
 * Helm chart creates these objects.
 */
export function planPlanner(
  graph: DynamoGraphDeployment,
  observed: GraphObserved,
  { plannerRbacProvided, plannerClusterRoleName: clusterRole }: PlatformConfig,
): Prerequisites {
  const { namespace = "" } = graph.metadata;
  const none = { planned: [], problems: [], warnings: [] };
  const [planner] = sortedServices(graph).find(([, spec]) => isPlanner(spec)) ?? [];
  if (planner === undefined || plannerRbacProvided) return none;
  if (clusterRole && observed.find(clusterRoles, clusterRole)) {
    const { planned, conflict } = plannerRbac(namespace, clusterRole, observed);
    return { ...none, planned, ...(conflict && { plannerConflict: conflict }) };
  }
  const problem: Problem = {
    reason: REASONS.plannerRoleMissing,
    field: `spec.services[${planner}].componentType`,
    message: clusterRole
      ? `ClusterRole "${clusterRole}" does not exist, but a planner needs it: create the ClusterRole, or install the platform chart`
      : "A planner needs a ClusterRole: start the operator with --planner-cluster-role-name",
  };
  return { ...none, problems: [problem] };
}
