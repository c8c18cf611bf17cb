import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { clusterRoles } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { validateComponent } from "../component/validate.ts";
import type { Observed } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { components } from "../dynamo/resources.ts";
import { discoveryBackend } from "../dynamo/discovery.ts";
import { PlanError } from "../dynamo/plan_error.ts";
import { componentManifest } from "./component_manifest.ts";
import { discoveryObjects } from "./discovery_rbac.ts";
import { plannerAccess } from "./planner_rbac.ts";
import type { Problem } from "../dynamo/problem.ts";
import { graphProblems } from "./validate.ts";
import { planVolumeClaims } from "./volume_claims.ts";

/** What is to be written for a graph, and why parts of it cannot be. */
export interface GraphPlan {
  planned: Planned[];
  /** Children of this graph that it no longer asks for, those that are being deleted already included. */
  prune: KubeObject[];
  problems: Problem[];
  /** The components as they should be, by the name of their service, in the order of the names. */
  components: Map<string, DynamoComponentDeployment>;
}

/**
 * Plans the children of a graph in three steps, each taken only if those before it found no problem: the graph as
 * it is written (otherwise nothing is touched), what pods need to exist (claims, accounts), the components.
 * What runs already is pruned only by a plan without problems.
 */
export function planGraph(
  graph: DynamoGraphDeployment,
  observed: Observed,
  config: PlatformConfig,
): GraphPlan {
  const plan: GraphPlan = { planned: [], prune: [], problems: [], components: new Map() };
  plan.problems.push(...graphProblems(graph));
  if (plan.problems.length > 0) return plan;

  const services = Object.entries(graph.spec.services ?? {}).sort(byName);
  planComponents(plan, graph, services, config);
  if (plan.problems.length > 0) return plan;

  planPrerequisites(plan, graph, services, observed, config);
  if (plan.problems.length === 0) {
    for (const manifest of plan.components.values()) {
      plan.planned.push({ resource: components, manifest, policy: "own" });
    }
  }
  if (plan.problems.length === 0) plan.prune = noLongerPlanned(plan, observed);
  return plan;
}

function planComponents(
  plan: GraphPlan,
  graph: DynamoGraphDeployment,
  services: [string, ComponentSpec][],
  config: PlatformConfig,
) {
  for (const [name, service] of services) {
    try {
      const manifest = componentManifest(graph, name, service, config);
      if (!isMultinode(service)) validateComponent(manifest, config);
      plan.components.set(name, manifest);
    } catch (error) {
      if (!(error instanceof PlanError)) throw error;
      const field = placeOf(error.field, graph, name);
      const { message } = error;
      // What is wrong with the graph's own variables is wrong for each of its services.
      if (plan.problems.some((known) => known.field === field && known.message === message)) {
        continue;
      }
      plan.problems.push({ reason: "ValidationFailed", field, message });
    }
  }
}

/** Where a field of a service is written: a variable that the service does not set itself is the graph's. */
function placeOf(field: string, graph: DynamoGraphDeployment, service: string): string {
  const [, variable] = /^envs\[(.+?)\]/.exec(field) ?? [];
  const { envs = [] } = graph.spec.services?.[service] ?? {};
  const ofGraph = variable !== undefined && !envs.some(({ name }) => name === variable);
  return ofGraph ? `spec.${field}` : `spec.services[${service}].${field}`;
}

function planPrerequisites(
  plan: GraphPlan,
  graph: DynamoGraphDeployment,
  services: [string, ComponentSpec][],
  observed: Observed,
  config: PlatformConfig,
) {
  const { name, namespace = "" } = graph.metadata;
  const claims = planVolumeClaims(graph, observed);
  plan.planned.push(...claims.planned);
  plan.problems.push(...claims.problems);
  if (discoveryBackend(graph.metadata.annotations, config) === "kubernetes") {
    plan.planned.push(...discoveryObjects({ name, namespace }));
  }
  if (services.some(([, service]) => isMultinode(service))) {
    plan.problems.push({
      reason: "MultinodeUnavailable",
      message: "no multinode orchestrator available",
    });
    return;
  }
  const planner = services.find(([, service]) => service.componentType === "planner");
  if (!planner || config.plannerAccessGiven) return;
  const problem = plannerRoleProblem(planner[0], observed, config.plannerClusterRoleName);
  if (problem) plan.problems.push(problem);
  else plan.planned.push(...plannerAccess(namespace, config.plannerClusterRoleName));
}

function plannerRoleProblem(
  service: string,
  observed: Observed,
  clusterRole: string,
): Problem | undefined {
  if (clusterRole && observed.find(clusterRoles, clusterRole)) return undefined;
  return {
    reason: "PlannerRoleMissing",
    field: `spec.services[${service}].componentType`,
    message: clusterRole
      ? `ClusterRole "${clusterRole}" does not exist: a planner needs it, create it or install the chart`
      : "A planner needs a ClusterRole: start the operator with --planner-cluster-role-name",
  };
}

/** What this graph owns and no longer asks for; claims hold data and stay. */
function noLongerPlanned(plan: GraphPlan, observed: Observed): KubeObject[] {
  const keep = new Set(plan.planned.map(({ manifest }) => keyOf(manifest)));
  return observed.owned.filter((object) =>
    object.kind !== "PersistentVolumeClaim" && !keep.has(keyOf(object))
  );
}

function isMultinode(service: ComponentSpec): boolean {
  return (service.multinode?.nodeCount ?? 1) > 1;
}

function keyOf(object: KubeObject): string {
  return `${object.kind}/${object.metadata.name}`;
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
