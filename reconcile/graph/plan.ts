import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import { clusterRoles, persistentVolumeClaims, roleBindings } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { podCliqueSets } from "../../kube/optional_kinds.ts";
import type { Observed } from "../apply/observed.ts";
import { carriesPlan } from "../apply/plan_hash.ts";
import { unplanned } from "../apply/prune.ts";
import type { Planned } from "../apply/planned.ts";
import { isModelService } from "../component/model_service.ts";
import { type MpiObserved, mpiSecrets, mpiSecretWarnings } from "../component/mpi_secret.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { discoveryBackend, type PlatformConfig } from "../dynamo/platform_config.ts";
import { PlanError, type Problem } from "../dynamo/problem.ts";
import { components } from "../dynamo/resources.ts";
import { discoveryAccounts } from "../dynamo/service_account.ts";
import { isPlanner, serviceOf } from "../dynamo/service_input.ts";
import type { Warning } from "../dynamo/warning.ts";
import type { GroveObserved } from "../grove/observed.ts";
import { type GrovePlan, grovePlanner, type RenderedService } from "../grove/plan.ts";
import { isGroveReady } from "../grove/readiness.ts";
import { groveService } from "../grove/service.ts";
import { requestedReplicas } from "../scaling/determined_replicas.ts";
import { adapterReplicas, planAdapters, withReplicas } from "../scaling/plan.ts";
import {
  NO_ORCHESTRATOR,
  type Orchestrator,
  orchestratorOf,
  type ServedOrchestrators,
} from "../workload/orchestrator.ts";
import { workloadOf } from "../workload/workloads.ts";
import { isAvailable, serviceStates } from "./component_state.ts";
import { componentManifest, serviceWarnings } from "./component_manifest.ts";
import {
  graphUsesMpiSecret,
  groveEndpoints,
  groveModelServices,
  groveWarnings,
} from "./grove_plan.ts";
import { groveServiceStates } from "./grove_restart.ts";
import { type Migration, migrationConflicts, migrationOf, writable } from "./migration.ts";
import { chooseOrchestrator } from "./orchestrator_choice.ts";
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
  /** State of the graph on Grove; absent if the API server does not serve all kinds of Grove. */
  readonly grove?: GroveObserved;
  /** The MPI Secrets that a graph on Grove depends on; absent if the API server does not serve all kinds of Grove. */
  readonly mpi?: MpiObserved;
  /**
   * Descriptions of the pods of the former orchestrator, and of the objects that may create such pods, see
   * {@linkcode formerPodsOf}. Absent if the plan does not depend on them.
   */
  readonly remains?: readonly string[];
}

/** The children of a graph, and the problems that prevent the operator from planning some of them. */
export interface GraphPlan {
  planned: Planned[];
  /** Children of the graph that are not planned, including children that are being deleted. */
  prune: KubeObject[];
  /** Whether the pruned objects exist until their pods are deleted. */
  pruneDependentsFirst: boolean;
  /** ServiceAccounts, Roles and RoleBindings that are not planned. Pods of an earlier generation may still use them. */
  obsoleteRbac: KubeObject[];
  /**
   * ServiceAccounts that the RoleBinding of the graph still names, although the graph no longer uses them; absent if
   * there are none.
   */
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
  /** The planned components, keyed and sorted by service name. Empty if the graph runs on Grove. */
  components: Map<string, DynamoComponentDeployment>;
  /**
   * Orchestrator of the graph. It is `deployment` only if all services use Deployments. Absent if a service has no
   * available orchestrator.
   */
  orchestrator?: Orchestrator;
  /** The move of the graph to another orchestrator; absent if its present orchestrator is the chosen one. */
  migration?: Migration;
  /** Descriptions of the pods and objects of the former orchestrator. The new pods must wait for their deletion. */
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
 * Plans the children of a graph in three steps. Each step requires that the steps before it found no problem:
 *
 * 1. the spec and the components that it describes, or the cliques for Grove; if the spec is invalid, no child is
 *    changed
 * 2. the objects that pods require: PVCs, ServiceAccounts and their permissions
 * 3. the components, or the PodCliqueSet with the Services and Ingresses
 *
 * Only a plan without problems prunes children. If the graph moves to another orchestrator, such a plan first prunes
 * the former components or PodCliqueSet. The third step follows when all their pods are deleted.
 */
export function planGraph(
  graph: DynamoGraphDeployment,
  observed: GraphObserved,
  config: PlatformConfig,
): GraphPlan {
  const plan = emptyPlan();
  const scaled = adapterReplicas(graph, observed);
  const { name: graphName, namespace = "", annotations = {} } = graph.metadata;
  const choice = chooseOrchestrator(graph, observed);
  if (!choice.isGrove) plan.restart = planRestart(graph, serviceStates(graph, observed));
  else if (observed.grove) {
    plan.restart = planRestart(graph, groveServiceStates(graph, observed.grove));
  }
  const migration = migrationOf(choice, observed);
  if (migration) plan.migration = migration;
  plan.remains = observed.remains ?? [];
  plan.problems.push(...choice.problems, ...graphProblems(graph));
  plan.warnings.push(...choice.warnings);
  if (plan.problems.length > 0) return plan;

  const services = Object.entries(graph.spec.services ?? {})
    .sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  const specs: ComponentSpec[] = [];
  const planRest = choice.isGrove && observed.grove
    ? planServicesOnGrove(observed.grove)
    : planComponents();
  if (plan.problems.length > 0) return plan;

  planPrerequisites();
  if (plan.orchestrator) planPlanner();
  else plan.problems.push({ reason: REASONS.multinodeUnavailable, message: NO_ORCHESTRATOR });
  if (plan.problems.length > 0) return plan;

  const { planned, outdated } = planRest();
  if (migration) {
    plan.problems.push(...migrationConflicts(graph, migration, planned, observed));
    plan.rolledOut = false;
    plan.pruneDependentsFirst = migration.former.length > 0;
  }
  plan.planned.push(...writable(planned, migration, plan.remains));
  // Pruning here excludes PVCs, which hold data, and PodCliqueSets, which may run pods. It also excludes model Services
  // of the Go operator, because components take them over.
  const obsolete = unplanned(observed.owned, plan.planned)
    .filter((object) =>
      ![persistentVolumeClaims.kind, podCliqueSets.kind].includes(object.kind) &&
      !isModelService(object)
    );
  if (plan.problems.length > 0) return plan;
  const former = migration ? formerChildren(migration) : [];
  plan.prune = [...outdated, ...former, ...obsolete.filter((object) => !isRbacOfPods(object))];
  plan.obsoleteRbac = obsolete.filter(isRbacOfPods);
  return plan;

  /**
   * Returns the former PodCliqueSets and the Services of models on Grove, which {@link unplanned} does not return.
   * Components become owners of these Services.
   */
  function formerChildren({ toGrove, former }: Migration): KubeObject[] {
    if (toGrove || former.length === 0) return [];
    const sets = former.filter(({ kind }) => kind === podCliqueSets.kind);
    return [...sets, ...observed.grove?.modelServices ?? []];
  }

  /**
   * Plans the components of the graph. Sets no orchestrator if the API server serves none for a service. Returns a
   * function for the third step of the plan: the components.
   */
  function planComponents(): () => RestOfPlan {
    const { served } = observed;
    const orchestrators: (Orchestrator | undefined)[] = [];
    const objectNames = new Map<string, string>();
    planEach((name, spec, restartId) => {
      const component = componentManifest(graph, name, spec, config, restartId);
      const manifest = { ...component, spec: withReplicas(component.spec, scaled.get(name)) };
      const service = serviceOf(manifest, graphName);
      if (choice.ordered === "deployment" && service.nodes > 1) {
        throw new PlanError("multinode.nodeCount", NEEDS_MULTINODE);
      }
      const orchestrator = orchestratorOf(service, served);
      if (orchestrator) {
        const workload = workloadOf(service, served);
        workload.check(service);
        for (const object of workload.objectNames?.(service) ?? []) objectNames.set(object, name);
      }
      orchestrators.push(orchestrator);
      plan.components.set(name, manifest);
      specs.push(manifest.spec);
      return serviceWarnings(spec, manifest, config, observed);
    });
    plan.problems.push(...nameClashes(plan.components, objectNames));
    if (!orchestrators.includes(undefined)) {
      plan.orchestrator = orchestrators.find((one) => one !== "deployment") ?? "deployment";
    }
    return () => {
      const manifests = [...plan.components.values()];
      plan.rolledOut = manifests.every(isRolledOut);
      const planned = manifests.map((manifest) =>
        ({ resource: components, manifest, policy: "own" }) as const
      );
      return { planned, outdated: [] };
    };
  }

  /**
   * Plans the services for Grove. Returns a function for the third step of the plan: the PodCliqueSet and the Services.
   */
  function planServicesOnGrove(grove: GroveObserved): () => RestOfPlan {
    const planner = grovePlanner(graph, grove, config);
    const endpoints: Planned[] = [];
    const rendered: RenderedService[] = [];
    planEach((name, spec, restartId) => {
      const scaledSpec = withReplicas(spec, scaled.get(name));
      const service = groveService(graph, name, scaledSpec, config, restartId);
      endpoints.push(...groveEndpoints(service, config, observed));
      rendered.push(planner.render(service));
      specs.push(service.input.spec);
      return groveWarnings(spec, service, config, observed);
    });
    plan.orchestrator = "grove";
    return () => {
      plan.grove = planner.plan(rendered);
      const { podCliqueSet, waitMs, obsolete, problems } = plan.grove;
      const mpi = observed.mpi && graphUsesMpiSecret(graph) ? observed.mpi : undefined;
      if (mpi) planMpiSecret(mpi);
      const models = groveModelServices(graph, plan.grove.services, { ...observed, grove });
      const isDue = podCliqueSet && !obsolete && waitMs === 0;
      const planned = [...(isDue ? [podCliqueSet] : []), ...endpoints, ...models.planned];
      plan.problems.push(...problems, ...models.problems);
      plan.rolledOut = isGroveReady(plan.grove, grove);
      // During a rollout, pods of the earlier generation may still mount the Secret.
      const copies = !mpi && plan.rolledOut ? observed.mpi?.copies ?? [] : [];
      const outdated = [...models.former, ...copies, ...(obsolete ? [obsolete] : [])];
      return { planned, outdated };
    };
  }

  function planMpiSecret(mpi: MpiObserved) {
    plan.planned.push(...mpiSecrets(graph, { ...observed, ...mpi }, config));
    for (const { message } of mpiSecretWarnings({ ...observed, ...mpi }, config)) {
      plan.warnings.push({ field: "spec.services", message });
    }
  }

  /** Calls `planService` for each service. Adds the returned warnings or the thrown problem to the plan. */
  function planEach(
    planService: (name: string, spec: ComponentSpec, restartId: string | undefined) => Warning[],
  ) {
    for (const [name, spec] of services) {
      try {
        const warnings = planService(name, spec, plan.restart?.ids.get(name));
        for (const { field, message } of warnings) {
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
  }

  function isRolledOut(manifest: DynamoComponentDeployment): boolean {
    const live = observed.find(components, manifest.metadata.name);
    return live !== undefined && carriesPlan(live, { resource: components, manifest }) &&
      isAvailable(live);
  }

  function planPrerequisites() {
    const pvcs = planPvcs(graph, observed);
    plan.planned.push(...pvcs.planned);
    plan.problems.push(...pvcs.problems);
    plan.warnings.push(...pvcWarnings(graph, observed));
    plan.warnings.push(...pvcs.warnings);
    const adapters = planAdapters(graph, observed, replicasOf);
    plan.planned.push(...adapters.planned);
    plan.warnings.push(...adapters.warnings);
    const accounts = discoveryAccounts(specs.map((spec) => ({ spec, graphName })), config);
    if (accounts.length === 0 && discoveryBackend(annotations, config) !== "kubernetes") return;
    const owner = { name: graphName, namespace };
    const names = formerPodAccounts(owner, accounts, observed);
    plan.planned.push(...discoveryObjects(owner, [...accounts, ...names]));
    if (names.length === 0) return;
    const binding = discoveryObjects(owner, accounts)
      .filter(({ resource }) => resource === roleBindings);
    plan.formerAccounts = { names, binding };
  }

  /** Returns the replicas of a service without an adapter. For a component, `DYN_DEPLOYMENT_CONFIG` can set them. */
  function replicasOf(service: string): number {
    return requestedReplicas(
      plan.components.get(service)?.spec ?? graph.spec.services?.[service] ?? {},
    );
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

/** Result of the third step of a plan: the objects to write, and the objects to delete. */
interface RestOfPlan {
  planned: Planned[];
  /** Objects that the graph no longer needs, in addition to its unplanned children. */
  outdated: KubeObject[];
}

const NEEDS_MULTINODE =
  `must be 1, because annotation ${ANNOTATIONS.orchestrator} is "deployment", and a Deployment runs ` +
  'each replica on one node: set the annotation to "lws" or "grove", or remove the field multinode';

/**
 * Returns a problem for each service whose workload has an object with the name of another service's component.
 *
 * @param objectNames services by the names of their objects
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
        `a replica needs an object named "${name}", but the component of service "${other}" ` +
        `has this name: rename one of the services`,
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
