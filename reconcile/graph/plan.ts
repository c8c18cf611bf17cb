import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { persistentVolumeClaims } from "../../kube/builtin.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import { podCliqueSets } from "../../kube/optional_kinds.ts";
import type { RecentValues } from "../../kube/recent_values.ts";
import type { Planned } from "../apply/planned.ts";
import { unplanned } from "../apply/prune.ts";
import { isModelService } from "../component/model_service.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { Problem } from "../dynamo/problem.ts";
import type { GrovePlan } from "../grove/plan.ts";
import { adapterReplicas } from "../scaling/plan.ts";
import { NO_ORCHESTRATOR, type Orchestrator } from "../workload/orchestrator.ts";
import { serviceStates } from "./component_state.ts";
import { planComponents } from "./components_plan.ts";
import { planServicesOnGrove } from "./grove_plan.ts";
import { groveServiceStates } from "./grove_restart.ts";
import { type Migration, migrationConflicts, migrationOf, writable } from "./migration.ts";
import type { GraphObserved } from "./observed.ts";
import { type FormerAccounts, isRbacOfPods } from "./obsolete_rbac.ts";
import { chooseOrchestrator, type OrchestratorChoice } from "./orchestrator_choice.ts";
import { planPlanner, planPrerequisites } from "./prerequisites.ts";
import { planRestart, type RestartPlan } from "./restart.ts";
import type { ServicesInput } from "./services_plan.ts";
import { graphProblems } from "./validate.ts";

/** The children of a graph, and the problems that prevent the operator from planning some of them. */
export interface GraphPlan {
  planned: Planned[];
  /** Children of the graph that are not planned, including children that are being deleted. */
  prune: KubeObject[];
  /** Whether the operator prunes by foreground deletion, so that an object exists until its pods are deleted. */
  pruneDependentsFirst: boolean;
  /** ServiceAccounts, Roles and RoleBindings that are not planned. Pods of an earlier generation may still use them. */
  obsoleteRbac: KubeObject[];
  /**
   * ServiceAccounts that the RoleBinding of the graph still names, although the graph no longer uses them; absent if
   * there are none.
   */
  formerAccounts?: FormerAccounts;
  /**
   * Whether the planned objects are rolled out, no migration is in progress, and only terminating pods may belong to an
   * earlier generation.
   */
  rolledOut: boolean;
  problems: Problem[];
  /** Message about a foreign RoleBinding that limits the planner; absent if there is none. */
  plannerConflict?: string;
  /** Warnings for condition `ConfigurationWarning`: ignored settings, and objects that the Go operator left behind. */
  warnings: Pick<Problem, "field" | "message">[];
  /** The planned components, keyed and sorted by service name. Empty if the graph runs on Grove. */
  components: Map<string, DynamoComponentDeployment>;
  /**
   * Orchestrator of the graph. It is `deployment` only if all services use Deployments. Absent if a service has no
   * available orchestrator.
   */
  orchestrator?: Orchestrator;
  /** The move of the graph to another orchestrator; absent if the graph keeps its orchestrator. */
  migration?: Migration;
  /**
   * Descriptions of the pods and objects of the former orchestrator that must be deleted before the operator creates
   * new pods.
   */
  remains: readonly string[];
  /** The plan for Grove, if the graph runs on Grove and its services are valid. */
  grove?: GrovePlan;
  /**
   * Restart of the services; absent if planning fails, or if the API server does not serve the kinds of Grove that the
   * graph needs.
   */
  restart?: RestartPlan;
}

/** Returns a plan that writes and prunes nothing. */
export function emptyPlan(): GraphPlan {
  return {
    planned: [],
    prune: [],
    pruneDependentsFirst: false,
    remains: [],
    obsoleteRbac: [],
    rolledOut: false,
    problems: [],
    warnings: [],
    components: new Map(),
  };
}

/**
 * Plans the children of a graph in three steps. A step runs only if the earlier steps found no problem:
 *
 * 1. the spec and the components that it describes, or the cliques for Grove; if the spec is invalid, the operator
 *    changes no child
 * 2. the objects that pods require: PVCs, ServiceAccounts and their permissions
 * 3. the components, or the PodCliqueSet with the Services and Ingresses
 *
 * Only a plan without problems prunes children. If the graph moves to another orchestrator, such a plan first prunes
 * the former components or PodCliqueSet. The third step runs when all their pods are deleted.
 *
 * @param recent returns the cached copy of an equal value, if there is one, so that the plan can reuse earlier results;
 *   by default, nothing is cached
 */
export function planGraph(
  graph: DynamoGraphDeployment,
  observed: GraphObserved,
  config: PlatformConfig,
  recent: RecentValues = (_key, value) => value,
): GraphPlan {
  const plan = emptyPlan();
  const choice = chooseOrchestrator(graph, observed);
  const restart = planRestartOf(graph, observed, choice);
  if (restart) plan.restart = restart;
  const migration = migrationOf(choice, observed);
  if (migration) plan.migration = migration;
  plan.remains = observed.remains ?? [];
  add(choice);
  add({ problems: graphProblems(graph) });
  if (plan.problems.length > 0) return plan;

  const declared = recent(objectKey(graph.metadata), declaredPart(graph));
  const input: ServicesInput = {
    graph,
    declared,
    observed,
    config,
    restartIds: restart?.ids ?? new Map(),
    scaled: adapterReplicas(graph, observed),
  };
  const services = choice.isGrove && observed.grove
    ? planServicesOnGrove(input, observed.grove)
    : planComponents(input, choice.ordered);
  plan.components = services.components;
  if (services.orchestrator) plan.orchestrator = services.orchestrator;
  add(services);
  if (plan.problems.length > 0) return plan;

  const prerequisites = planPrerequisites(input, services);
  if (prerequisites.formerAccounts) plan.formerAccounts = prerequisites.formerAccounts;
  add(prerequisites);
  if (services.orchestrator) {
    const planner = planPlanner(graph, observed, config);
    if (planner.plannerConflict) plan.plannerConflict = planner.plannerConflict;
    add(planner);
  } else plan.problems.push({ reason: REASONS.multinodeUnavailable, message: NO_ORCHESTRATOR });
  if (plan.problems.length > 0) return plan;

  const { secrets, planned, outdated, rolledOut, problems, warnings, grove } = services.workloads();
  if (grove) plan.grove = grove;
  plan.rolledOut = rolledOut && !migration;
  add({ planned: secrets, problems, warnings });
  if (migration) {
    add({ problems: migrationConflicts(graph, migration, planned, observed) });
    plan.pruneDependentsFirst = migration.former.length > 0;
  }
  plan.planned.push(...writable(planned, migration, plan.remains));
  // This list of objects to prune excludes PVCs, because they contain data, and PodCliqueSets, because they may run
  // pods. It also excludes model Services of the Go operator, because components become their owners.
  const obsolete = unplanned(observed.owned, plan.planned)
    .filter((object) =>
      ![persistentVolumeClaims.kind, podCliqueSets.kind].includes(object.kind) &&
      !isModelService(object)
    );
  if (plan.problems.length > 0) return plan;
  const former = migration ? formerChildren(migration, observed) : [];
  plan.prune = [...outdated, ...former, ...obsolete.filter((object) => !isRbacOfPods(object))];
  plan.obsoleteRbac = obsolete.filter(isRbacOfPods);
  return plan;

  function add(
    { planned = [], problems = [], warnings = [] }: Partial<
      Pick<GraphPlan, "planned" | "problems" | "warnings">
    >,
  ) {
    plan.planned.push(...planned);
    plan.problems.push(...problems);
    plan.warnings.push(...warnings);
  }
}

/** Returns a graph without its status, and with only the metadata that a user sets. */
function declaredPart({ apiVersion, kind, metadata, spec }: DynamoGraphDeployment) {
  const { name, namespace, labels, annotations } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    },
    spec,
  };
}

/**
 * Plans the restart of the services; undefined if the restart needs the kinds of Grove and the API server does not
 * serve them.
 */
function planRestartOf(
  graph: DynamoGraphDeployment,
  observed: GraphObserved,
  { isGrove }: Pick<OrchestratorChoice, "isGrove">,
): RestartPlan | undefined {
  if (!isGrove) return planRestart(graph, serviceStates(graph, observed));
  return observed.grove && planRestart(graph, groveServiceStates(graph, observed.grove));
}

/**
 * Returns the objects of Grove to prune when a graph moves to components: the PodCliqueSets and the model Services.
 * After the migration, the components own the model Services instead of the graph.
 */
function formerChildren({ toGrove, former }: Migration, { grove }: GraphObserved): KubeObject[] {
  if (toGrove || former.length === 0) return [];
  const sets = former.filter(({ kind }) => kind === podCliqueSets.kind);
  return [...sets, ...grove?.modelServices ?? []];
}
