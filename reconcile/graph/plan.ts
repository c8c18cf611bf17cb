import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { clusterRoles, persistentVolumeClaims, roleBindings } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Observed } from "../apply/observed.ts";
import { carriesPlan } from "../apply/plan_hash.ts";
import { unplanned } from "../apply/prune.ts";
import type { Planned } from "../apply/planned.ts";
import { isModelService } from "../component/model_service.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { discoveryBackend, type PlatformConfig } from "../dynamo/platform_config.ts";
import { PlanError, type Problem } from "../dynamo/problem.ts";
import { components } from "../dynamo/resources.ts";
import { discoveryAccounts } from "../dynamo/service_account.ts";
import { isPlanner, serviceOf } from "../dynamo/service_input.ts";
import {
  NO_ORCHESTRATOR,
  orchestratorOf,
  type ServedOrchestrators,
} from "../workload/orchestrator.ts";
import { workloadOf } from "../workload/workloads.ts";
import { isAvailable, serviceStates } from "./component_state.ts";
import { componentManifest, serviceWarnings } from "./component_manifest.ts";
import { groveLeftovers, heldByGrove, runsOnGrove } from "./grove.ts";
import { type FormerAccounts, isRbacOfPods } from "./obsolete_rbac.ts";
import { planPvcs, pvcWarnings } from "./pvcs.ts";
import { discoveryObjects, formerPodAccounts, plannerRbac } from "./rbac.ts";
import { planRestart, type RestartPlan } from "./restart.ts";
import { graphProblems } from "./validate.ts";

/** The cluster state that the plan of a graph depends on. */
export interface GraphObserved extends Observed {
  readonly served: ServedOrchestrators;
  /** The PodCliqueSets of the graph, see {@linkcode podCliqueSetsOf}. */
  readonly podCliqueSets: readonly KubeObject[];
}

/** The children of a graph, and the problems that prevent the operator from planning some of them. */
export interface GraphPlan {
  planned: Planned[];
  /** Children of the graph that are not planned, including children that are being deleted. */
  prune: KubeObject[];
  /** ServiceAccounts, Roles and RoleBindings that are not planned. Pods of an earlier generation may still use them. */
  obsoleteRbac: KubeObject[];
  /** Absent if the RoleBinding of the graph grants permissions only to ServiceAccounts that the graph plans. */
  formerAccounts?: FormerAccounts;
  /**
   * Whether every planned component is rolled out, so that only terminating pods may belong to an earlier generation.
   */
  rolledOut: boolean;
  problems: Problem[];
  /** Message about a foreign RoleBinding that limits the planner; absent if there is none. */
  plannerConflict?: string;
  /** Warnings for condition `ConfigurationWarning`: ignored settings, and objects that the Go operator left behind. */
  warnings: Pick<Problem, "field" | "message">[];
  /** The planned components, keyed and sorted by service name. */
  components: Map<string, DynamoComponentDeployment>;
  /** Restart of the services; absent if the plan is empty because planning failed. */
  restart?: RestartPlan;
}

/** Returns a plan that writes and prunes nothing. */
export function emptyPlan(): GraphPlan {
  return {
    planned: [],
    prune: [],
    obsoleteRbac: [],
    rolledOut: false,
    problems: [],
    warnings: [],
    components: new Map(),
  };
}

/**
 * Plans the children of a graph in three steps. Each step requires that the steps before it found no problem:
 *
 * 1. the spec and the components that it describes; if the spec is invalid, no child is changed
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
  const plan = emptyPlan();
  const { name: graphName, namespace = "", annotations = {} } = graph.metadata;
  const restart = planRestart(graph, serviceStates(graph, observed));
  plan.restart = restart;
  if (runsOnGrove(graph, observed)) plan.problems.push(...heldByGrove(observed));
  else plan.warnings.push(...groveLeftovers(observed));
  plan.problems.push(...graphProblems(graph));
  if (plan.problems.length > 0) return plan;

  const services = Object.entries(graph.spec.services ?? {})
    .sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  const runnable = planComponents();
  if (plan.problems.length > 0) return plan;

  planPrerequisites();
  if (runnable) planPlanner();
  else plan.problems.push({ reason: REASONS.multinodeUnavailable, message: NO_ORCHESTRATOR });
  if (plan.problems.length > 0) return plan;

  for (const manifest of plan.components.values()) {
    plan.planned.push({ resource: components, manifest, policy: "own" });
  }
  // PVCs hold data, so the operator never prunes them. Components take over the model Services of the Go operator.
  const obsolete = unplanned(observed.owned, plan.planned)
    .filter((object) => object.kind !== persistentVolumeClaims.kind && !isModelService(object));
  plan.prune = obsolete.filter((object) => !isRbacOfPods(object));
  plan.obsoleteRbac = obsolete.filter(isRbacOfPods);
  plan.rolledOut = [...plan.components.values()].every(isRolledOut);
  return plan;

  function isRolledOut(manifest: DynamoComponentDeployment): boolean {
    const live = observed.find(components, manifest.metadata.name);
    return live !== undefined && carriesPlan(live, { resource: components, manifest }) &&
      isAvailable(live);
  }

  /** Plans the components of the graph. Returns whether the API server serves an orchestrator for every component. */
  function planComponents(): boolean {
    const { served } = observed;
    let runnable = true;
    const objectNames = new Map<string, string>();
    for (const [name, spec] of services) {
      try {
        const manifest = componentManifest(graph, name, spec, config, restart.ids.get(name));
        const service = serviceOf(manifest, graphName);
        if (orchestratorOf(service, served, annotations)) {
          const workload = workloadOf(service, served);
          workload.check(service);
          for (const object of workload.objectNames?.(service) ?? []) objectNames.set(object, name);
        } else runnable = false;
        plan.components.set(name, manifest);
        for (
          const { field, message } of serviceWarnings(spec, manifest, config, observed)
        ) {
          plan.warnings.push({ field: placeOf(field, graph, name), message });
        }
      } catch (error) {
        if (!(error instanceof PlanError)) throw error;
        const field = placeOf(error.field, graph, name);
        const { message } = error;
        // A mistake in the graph's `envs` causes the same problem in each service. The plan reports the problem once.
        if (!plan.problems.some((known) => known.field === field && known.message === message)) {
          plan.problems.push({ reason: REASONS.validationFailed, field, message });
        }
      }
    }
    plan.problems.push(...nameClashes(plan.components, objectNames));
    return runnable;
  }

  function planPrerequisites() {
    const pvcs = planPvcs(graph, observed);
    plan.planned.push(...pvcs.planned);
    plan.problems.push(...pvcs.problems);
    plan.warnings.push(...pvcWarnings(graph, observed));
    plan.warnings.push(...pvcs.warnings);
    const services = [...plan.components.values()].map(({ spec }) => ({ spec, graphName }));
    const accounts = discoveryAccounts(services, config);
    if (accounts.length === 0 && discoveryBackend(annotations, config) !== "kubernetes") return;
    const owner = { name: graphName, namespace };
    const names = formerPodAccounts(owner, accounts, observed);
    plan.planned.push(...discoveryObjects(owner, [...accounts, ...names]));
    if (names.length === 0) return;
    const binding = discoveryObjects(owner, accounts)
      .filter(({ resource }) => resource === roleBindings);
    plan.formerAccounts = { names, binding };
  }

  /** Plans the planner's RBAC objects if the graph has a planner, unless the installation provides these objects. */
  function planPlanner() {
    const [planner] = services.find(([, spec]) => isPlanner(spec)) ?? [];
    if (planner === undefined || config.plannerRbacProvided) return;
    const clusterRole = config.plannerClusterRoleName;
    if (clusterRole && observed.find(clusterRoles, clusterRole)) {
      const { planned, conflict } = plannerRbac(namespace, clusterRole, observed);
      plan.planned.push(...planned);
      if (conflict) plan.plannerConflict = conflict;
      return;
    }
    plan.problems.push({
      reason: REASONS.plannerRoleMissing,
      field: `spec.services[${planner}].componentType`,
      message: clusterRole
        ? `ClusterRole "${clusterRole}" does not exist, but a planner needs it: create the ClusterRole, or install the platform chart`
        : "A planner needs a ClusterRole: start the operator with --planner-cluster-role-name",
    });
  }
}

/**
 * Returns a problem for each service whose workload has an object with the name of another service's component.
 *
 * @param objectNames names of the objects, with the services that they run
 */
function nameClashes(
  components: GraphPlan["components"],
  objectNames: ReadonlyMap<string, string>,
): Problem[] {
  return [...components].flatMap(([other, { metadata: { name } }]): Problem[] => {
    const service = objectNames.get(name);
    if (service === undefined) return [];
    return [{
      reason: REASONS.validationFailed,
      field: `spec.services[${service}]`,
      message:
        `a replica needs an object "${name}", which is the name of the component of service ` +
        `"${other}": rename one of the services`,
    }];
  });
}

/** Returns the path of a service's field in the graph: `spec.envs[…]` for a variable that only the graph sets. */
function placeOf(field: string, graph: DynamoGraphDeployment, service: string): string {
  const [, variable] = /^envs\[(.+?)\]/.exec(field) ?? [];
  const { envs = [] } = graph.spec.services?.[service] ?? {};
  const ofGraph = variable !== undefined && !envs.some(({ name }) => name === variable);
  return ofGraph ? `spec.${field}` : `spec.services[${service}].${field}`;
}
