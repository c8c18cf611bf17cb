import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import { clusterRoles, persistentVolumeClaims } from "../../kube/builtin.ts";
import { virtualServices } from "../../kube/optional_kinds.ts";
import { completed, withInitialFields } from "../apply/decide.ts";
import type { Planned } from "../apply/planned.ts";
import { isModelService } from "../component/model_service.ts";
import { type ComponentPlan, planComponent } from "../component/plan.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { components, scalingAdapters } from "../dynamo/resources.ts";
import { type GraphObserved, type GraphPlan, planGraph } from "../graph/plan.ts";
import { NONE_SERVED, type ServedOrchestrators } from "../workload/orchestrator.ts";
import { componentObserved, graphObserved } from "./observed.ts";
import { platformConfig } from "./platform_config.ts";
import { EXISTING_PVC } from "./random_graph_values.ts";

/** A kind of cluster in which the operator runs graphs. All of them have Istio. */
export interface Environment {
  name: string;
  served: ServedOrchestrators;
  /** Whether a service may span several nodes. */
  multinode: boolean;
  /** The kinds of all objects that the operator creates for graphs, sorted. */
  kinds: string[];
}

const KINDS = [
  "Deployment",
  "DynamoComponentDeployment",
  "DynamoGraphDeploymentScalingAdapter",
  "Ingress",
  "PersistentVolumeClaim",
  "Role",
  "RoleBinding",
  "Service",
  "ServiceAccount",
  "VirtualService",
];

/** The environments in which tests plan random graphs. */
export const ENVIRONMENTS: readonly Environment[] = [
  { name: "deployment", served: NONE_SERVED, multinode: false, kinds: KINDS },
];

/** The plans for a graph and its components. */
export interface GraphObjects {
  plan: GraphPlan;
  observed: GraphObserved;
  /** Plans of the components, by the key of the service. */
  components: Map<string, ComponentPlan>;
  /** Every planned object of the graph and its components. */
  planned: Planned[];
  /** Every planned object as the API server stores it, with its owner references. */
  stored: KubeObject[];
}

const PLANNER_ROLE = "dynamo-planner";
const CONFIG = platformConfig({
  natsAddr: "nats://nats:4222",
  plannerClusterRoleName: PLANNER_ROLE,
  ingress: { className: "nginx", tlsSecretName: "", hostSuffix: "example.com" },
  virtualServiceGateway: "istio-system/public",
});

/** Objects that exist in the cluster before a graph is created. */
const EXISTING: readonly KubeObject[] = [
  ...[persistentVolumeClaims].map(({ apiVersion, kind }) => ({
    apiVersion,
    kind,
    metadata: { name: EXISTING_PVC, namespace: "team" },
  })),
  {
    apiVersion: clusterRoles.apiVersion,
    kind: clusterRoles.kind,
    metadata: { name: PLANNER_ROLE },
  },
];

/**
 * Plans a stored graph, and each of its components if the plan has no problem.
 *
 * @param live the objects of the operator that exist
 */
export function planObjects(
  graph: DynamoGraphDeployment,
  { served }: Environment,
  live: readonly KubeObject[] = [],
  config: PlatformConfig = CONFIG,
): GraphObjects {
  const all = [...EXISTING, ...live];
  // Without a gateway, the operator does not know whether the API server serves VirtualServices.
  const kinds = config.virtualServiceGateway ? [virtualServices] : [];
  const observed = graphObserved({
    live: all,
    parentUid: graph.metadata.uid,
    kinds: [scalingAdapters, ...kinds],
    served,
  });
  const plan = planGraph(graph, observed, config);
  const ofGraph = plan.planned.map((planned) => storedObject(graph, planned));
  const siblings = ofGraph.filter(({ kind }) =>
    kind === components.kind
  ) as DynamoComponentDeployment[];
  const planned = [...plan.planned];
  const stored = [...ofGraph];
  const plans = new Map<string, ComponentPlan>();
  for (const component of siblings) {
    const { uid } = component.metadata;
    const children = planComponent(
      component,
      componentObserved({
        live: all,
        parentUid: uid,
        kinds,
        graphName: graph.metadata.name,
        served,
        components: siblings,
        modelServices: live.filter((object) =>
          isModelService(object) && object.metadata.ownerReferences?.some((one) => one.uid === uid)
        ),
      }),
      config,
    );
    plans.set(component.spec.serviceName ?? "", children);
    planned.push(...children.planned);
    stored.push(...children.planned.map((child) => storedObject(component, child)));
  }
  return { plan, observed, components: plans, planned, stored };
}

/** Returns a planned object as the API server stores it after an apply. */
function storedObject(parent: KubeObject, planned: Planned): KubeObject {
  const created = completed({ parent, planned, live: undefined });
  const manifest = withInitialFields(created, { planned, live: undefined });
  const { kind, metadata } = manifest;
  const uid = `uid-of-${kind}-${metadata.name}`;
  return structuredClone({ ...manifest, metadata: { ...metadata, uid, generation: 1 } });
}
