import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { clusterRoles, persistentVolumeClaims } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Observed } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import { unplanned } from "../apply/unplanned.ts";
import { checkedWorkload } from "../component/validate.ts";
import { isPlanner } from "../dynamo/component_type.ts";
import { discoveryBackend } from "../dynamo/discovery.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { PlanError, type Problem } from "../dynamo/problem.ts";
import { REASONS } from "../dynamo/reasons.ts";
import { components } from "../dynamo/resources.ts";
import { serviceOf } from "../dynamo/service_input.ts";
import {
  NO_ORCHESTRATOR,
  orchestratorOf,
  type ServedOrchestrators,
} from "../workload/orchestrator.ts";
import { componentManifest } from "./component_manifest.ts";
import { discoveryObjects } from "./discovery_rbac.ts";
import { plannerRbac } from "./planner_rbac.ts";
import { graphProblems } from "./validate.ts";
import { planVolumeClaims } from "./volume_claims.ts";

/** The part of the cluster that the plan of a graph depends on. */
export interface GraphObserved extends Observed {
  readonly served: ServedOrchestrators;
}

/** The children of a graph, and the problems that prevent some of them. */
export interface GraphPlan {
  planned: Planned[];
  /** Children of the graph that are not planned, including those that are being deleted. */
  prune: KubeObject[];
  problems: Problem[];
  /** The planned components by the name of their service, in the order of the names. */
  components: Map<string, DynamoComponentDeployment>;
}

type Services = [string, ComponentSpec][];

/**
 * Plans the children of a graph in three steps. Each step requires that those before it found no problem:
 *
 * 1. the spec and the components that it describes; if it is invalid, no child is touched
 * 2. the objects that pods require: PVCs, ServiceAccounts and their permissions
 * 3. the components
 *
 * Children are pruned only by a plan without problems.
 */
export function planGraph(
  graph: DynamoGraphDeployment,
  observed: GraphObserved,
  config: PlatformConfig,
): GraphPlan {
  const plan: GraphPlan = { planned: [], prune: [], problems: [], components: new Map() };
  plan.problems.push(...graphProblems(graph));
  if (plan.problems.length > 0) return plan;

  const services = Object.entries(graph.spec.services ?? {}).sort(byName);
  const runnable = planComponents(plan, graph, services, observed, config);
  if (plan.problems.length > 0) return plan;

  planPrerequisites(plan, graph, observed, config);
  if (!runnable) {
    plan.problems.push({ reason: REASONS.multinodeUnavailable, message: NO_ORCHESTRATOR });
  } else {
    planPlanner(plan, graph, services, observed, config);
  }
  if (plan.problems.length > 0) return plan;

  for (const manifest of plan.components.values()) {
    plan.planned.push({ resource: components, manifest, policy: "own" });
  }
  // PVCs hold data, so they are never pruned.
  plan.prune = unplanned(observed.owned, plan.planned)
    .filter(({ kind }) => kind !== persistentVolumeClaims.kind);
  return plan;
}

/** Plans the components of a graph. Returns whether an orchestrator is served for each of them. */
function planComponents(
  plan: GraphPlan,
  graph: DynamoGraphDeployment,
  services: Services,
  { served }: GraphObserved,
  config: PlatformConfig,
): boolean {
  let runnable = true;
  for (const [name, spec] of services) {
    try {
      const manifest = componentManifest(graph, name, spec, config);
      const service = serviceOf(manifest, graph.metadata.name);
      if (orchestratorOf(service, served, graph.metadata.annotations ?? {})) {
        checkedWorkload(service, served).check(service);
      } else runnable = false;
      plan.components.set(name, manifest);
    } catch (error) {
      if (!(error instanceof PlanError)) throw error;
      const field = placeOf(error.field, graph, name);
      const { message } = error;
      // A mistake in the graph's own variables appears in each of its services and is reported once.
      if (plan.problems.some((known) => known.field === field && known.message === message)) {
        continue;
      }
      plan.problems.push({ reason: REASONS.validationFailed, field, message });
    }
  }
  return runnable;
}

/** Returns the path of a service's field. A variable that the service does not set belongs to the graph. */
function placeOf(field: string, graph: DynamoGraphDeployment, service: string): string {
  const [, variable] = /^envs\[(.+?)\]/.exec(field) ?? [];
  const { envs = [] } = graph.spec.services?.[service] ?? {};
  const ofGraph = variable !== undefined && !envs.some(({ name }) => name === variable);
  return ofGraph ? `spec.${field}` : `spec.services[${service}].${field}`;
}

function planPrerequisites(
  plan: GraphPlan,
  graph: DynamoGraphDeployment,
  observed: GraphObserved,
  config: PlatformConfig,
) {
  const { name, namespace = "", annotations } = graph.metadata;
  const pvcs = planVolumeClaims(graph, observed);
  plan.planned.push(...pvcs.planned);
  plan.problems.push(...pvcs.problems);
  if (discoveryBackend(annotations, config) === "kubernetes") {
    plan.planned.push(...discoveryObjects({ name, namespace }));
  }
}

/** Plans the permissions of the planner, if the graph has one and the installation does not create them. */
function planPlanner(
  plan: GraphPlan,
  { metadata: { namespace = "" } }: DynamoGraphDeployment,
  services: Services,
  observed: GraphObserved,
  config: PlatformConfig,
) {
  const [planner] = services.find(([, spec]) => isPlanner(spec)) ?? [];
  if (planner === undefined || config.plannerRbacProvided) return;
  const clusterRole = config.plannerClusterRoleName;
  if (clusterRole && observed.find(clusterRoles, clusterRole)) {
    plan.planned.push(...plannerRbac(namespace, clusterRole));
    return;
  }
  plan.problems.push({
    reason: REASONS.plannerRoleMissing,
    field: `spec.services[${planner}].componentType`,
    message: clusterRole
      ? `ClusterRole "${clusterRole}" does not exist: a planner needs it, create it or install the chart`
      : "A planner needs a ClusterRole: start the operator with --planner-cluster-role-name",
  });
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
