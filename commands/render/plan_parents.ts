import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { isPaused } from "../../crds/labels.ts";
import type { Client } from "../../kube/client.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import { decide, type Decision } from "../../reconcile/apply/decide.ts";
import type { Planned } from "../../reconcile/apply/planned.ts";
import { storedKinds } from "../../reconcile/apply/stored_kinds.ts";
import { componentKinds } from "../../reconcile/component/children.ts";
import {
  gatherComponent,
  gatherMpi,
  graphOf,
  isComponentPaused,
} from "../../reconcile/component/gather.ts";
import { usesMpiSecret } from "../../reconcile/component/mpi_secret.ts";
import { planComponent } from "../../reconcile/component/plan.ts";
import { hasSameIdentity } from "../../reconcile/dynamo/child_identity.ts";
import { describeProblem, type Problem } from "../../reconcile/dynamo/problem.ts";
import type { PlatformConfig } from "../../reconcile/dynamo/platform_config.ts";
import { watchKinds } from "../../reconcile/engine/watched_kinds.ts";
import { graphKinds } from "../../reconcile/graph/children.ts";
import { gatherGraph } from "../../reconcile/graph/gather.ts";
import { planGraph } from "../../reconcile/graph/plan.ts";
import { type Scale, scalesOf } from "../../reconcile/grove/scaling.ts";
import { requestKinds } from "../../reconcile/request/children.ts";
import { assumedBeforeStart } from "../../reconcile/request/observed.ts";
import { planRequest } from "../../reconcile/request/plan.ts";
import { createObjectSet, type LoadObjects } from "./object_set.ts";

/** A planned object, the stored object with the same name, and how the operator handles the difference. */
export interface Step {
  planned: Planned;
  live: KubeObject | undefined;
  decision: Decision;
}

/** The plan for one graph, component or request, and the decisions about its children. */
export interface ParentPlan {
  parent: KubeObject;
  /** The graph that owns the component; undefined for a graph, a request and a standalone component. */
  graph?: KubeObject | undefined;
  steps: Step[];
  /** Children that the operator prunes. */
  prune: readonly KubeObject[];
  /** Children that the operator deletes after the last pod that uses them has ended. */
  pruneLater: readonly KubeObject[];
  /** Objects of Grove that the operator scales. */
  scales: readonly Scale[];
  problems: string[];
  warnings: string[];
  paused: boolean;
}

export interface PlanInput {
  platform: PlatformConfig;
  serves: Client["serves"];
  /** Returns the objects of the cluster, which include the graphs and components to plan. */
  load: LoadObjects;
  /** Whether to plan DynamoGraphDeploymentRequests as well; false by default, because `render --diff` omits them. */
  requests?: boolean;
  /** Returns the object that the API server stores when the operator creates or applies the manifest of a step. */
  stored(manifest: KubeObject, step: Step): KubeObject;
}

/**
 * Fields that the API server dropped from earlier writes. Like an operator that has just started, `render` knows none.
 */
const NOTHING_DROPPED = { get: () => undefined };
/** First resourceVersion of planned objects. It is so high that planned objects always replace loaded objects. */
const FIRST_VERSION = 1e15;

/** Returns no SSH key, because a random key would make the output of each run different. */
const NO_KEY = () => Promise.resolve(undefined);
/**
 * Returns no pods, as if all pods of a graph's previous orchestrator had ended. `render` then shows the plan for the
 * new orchestrator.
 */
const NO_PODS = () => Promise.resolve([]);
/** Sets the delays before writes to Grove's objects to 0, because `render` writes nothing. */
const NO_PACE = { waits: () => ({ templateWaitMs: 0, scaleWaitMs: 0 }) };

/**
 * Plans all graphs and components with the functions of the controllers, and writes the planned objects to stores in
 * memory. Returns each graph followed by its components, then the standalone components, and then the requests. Omits
 * objects that are being deleted.
 */
export async function planParents(
  { platform, serves, load, requests, stored }: PlanInput,
): Promise<ParentPlan[]> {
  const set = createObjectSet();
  const ofGraphs = watchKinds(set, graphKinds(platform));
  const ofComponents = watchKinds(set, componentKinds(platform));
  const ofRequests = requests ? watchKinds(set, requestKinds(platform)) : undefined;
  await set.load(load);
  let version = FIRST_VERSION;
  const stores = storedKinds([
    ...ofGraphs.written,
    ...ofComponents.written,
    ...ofRequests?.written ?? [],
  ]);

  const graphPlans: ParentPlan[] = [];
  const context = {
    client: { serves },
    listPods: NO_PODS,
    pace: NO_PACE,
    platform,
    newKey: NO_KEY,
  };
  for (const graph of sorted(ofGraphs.own.store.list()).filter(isKept)) {
    const observed = await gatherGraph(graph, ofGraphs, context);
    const { obsoleteRbac: pruneLater, ...plan } = planGraph(graph, observed, platform);
    const scales = plan.grove && observed.grove
      ? scalesOf(plan.grove.services, observed.grove)
      : [];
    graphPlans.push(execute(graph, { ...plan, pruneLater, scales, paused: isPaused(graph) }));
  }
  const componentPlans: ParentPlan[] = [];
  for (const component of sorted(ofComponents.own.store.list()).filter(isKept)) {
    const observed = {
      ...gatherComponent(component, ofComponents, () => false),
      mpi: await gatherMpi(
        component,
        usesMpiSecret(component.spec),
        ofComponents.children,
        platform,
        NO_KEY,
      ),
    };
    const plan = planComponent(component, observed, platform);
    const paused = isComponentPaused(component, ofComponents.children.graphs);
    const owner = graphOf(component);
    const graph = graphPlans.find(({ parent }) => parent.metadata.uid === owner?.uid)?.parent;
    componentPlans.push({
      ...execute(component, { ...plan, pruneLater: [], scales: [], paused }),
      graph,
    });
  }
  const requestPlans = sorted(ofRequests?.own.store.list() ?? []).filter(isKept).map((request) => {
    const observed = assumedBeforeStart(request, ofRequests?.observe(request));
    const { step: { state, ready }, ...plan } = planRequest(request, observed, platform);
    const problems = state === "Failed" ? [ready] : [];
    const paused = isPaused(request);
    return execute(request, { ...plan, pruneLater: [], scales: [], problems, paused });
  });
  return [
    ...graphPlans.flatMap((plan) => [
      plan,
      ...componentPlans.filter(({ graph }) => graph === plan.parent),
    ]),
    ...componentPlans.filter(({ graph }) => graph === undefined),
    ...requestPlans,
  ];

  function execute(
    parent: DynamoGraphDeployment | DynamoComponentDeployment | DynamoGraphDeploymentRequest,
    { planned, prune, pruneLater, scales, problems, warnings, paused }: {
      planned: readonly Planned[];
      prune: readonly KubeObject[];
      pruneLater: readonly KubeObject[];
      scales: readonly Scale[];
      problems: readonly Pick<Problem, "field" | "message">[];
      warnings: readonly Pick<Problem, "field" | "message">[];
      paused: boolean;
    },
  ): ParentPlan {
    const steps = planned.map((one) => {
      const { store } = stores(one.manifest);
      const live = store.get(objectKey(one.manifest.metadata));
      const predecessor = one.after?.find(({ metadata, ...object }) =>
        stores(object).store.get(objectKey(metadata))?.metadata.uid === metadata.uid
      );
      const situation = { parent, planned: one, live, paused, predecessor };
      const decision = decide({ ...situation, dropped: NOTHING_DROPPED, hasSameIdentity });
      const step = { planned: one, live, decision };
      if ("manifest" in decision) {
        const { metadata, ...object } = stored(decision.manifest, step);
        const { uid = `${version}` } = metadata;
        store.write({ ...object, metadata: { ...metadata, uid, resourceVersion: `${version++}` } });
      }
      return step;
    });
    for (const { metadata, ...object } of paused ? [] : prune) {
      stores(object).store.removed(metadata, metadata.uid ?? "");
    }
    return {
      parent,
      steps,
      prune: paused ? [] : prune,
      pruneLater: paused ? [] : pruneLater,
      scales: paused ? [] : scales,
      problems: [
        ...problems.map(describeProblem),
        ...steps.flatMap(({ decision }) => decision.action === "blocked" ? [decision.message] : []),
      ],
      warnings: warnings.map(describeProblem),
      paused,
    };
  }
}

/** Returns false for an object that is being deleted, because the operator does not plan such objects. */
function isKept({ metadata: { deletionTimestamp } }: KubeObject): boolean {
  return deletionTimestamp === undefined;
}

function sorted<T extends KubeObject>(objects: readonly T[]): T[] {
  return objects.toSorted((a, b) => objectKey(a.metadata) < objectKey(b.metadata) ? -1 : 1);
}
