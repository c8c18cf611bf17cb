import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import {
  clusterRoles,
  persistentVolumeClaims,
  secrets,
  type Service,
  services,
} from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import {
  podCliques,
  podCliqueScalingGroups,
  podCliqueSets,
  virtualServices,
} from "../../kube/optional_kinds.ts";
import type { RecentValues } from "../../kube/recent_values.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Planned } from "../apply/planned.ts";
import { isModelService } from "../component/model_service.ts";
import type { MpiObserved } from "../component/mpi_secret.ts";
import { type ComponentPlan, planComponent } from "../component/plan.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { components, scalingAdapters } from "../dynamo/resources.ts";
import type { GraphObserved } from "../graph/observed.ts";
import { type GraphPlan, planGraph } from "../graph/plan.ts";
import { appliedObjects } from "./applied_objects.ts";
import type { Environment } from "./environments.ts";
import { groveObserved } from "./grove_objects.ts";
import { componentObserved, graphObserved } from "./observed.ts";
import { platformConfig } from "./platform_config.ts";
import { EXISTING_PVC } from "./random_graph_values.ts";

/** The plans for a graph and its components. */
export interface GraphObjects {
  plan: GraphPlan;
  observed: GraphObserved;
  /** Plans of the components, keyed by the service name in the graph. */
  components: Map<string, ComponentPlan>;
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
const SSH_KEY = { privateKey: "private", publicKey: "public" };

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
 * Plans a stored graph, and each component that the plan of the graph contains.
 *
 * @param live the existing objects that the operator created
 * @param recent see {@linkcode planGraph}
 */
export function planObjects(
  graph: DynamoGraphDeployment,
  environment: Environment,
  live: readonly KubeObject[] = [],
  config: PlatformConfig = CONFIG,
  recent?: RecentValues,
): GraphObjects {
  const { served } = environment;
  const { name, namespace, uid } = graph.metadata;
  const inNamespace = live.filter(({ metadata }) => metadata.namespace === namespace);
  const all = [...EXISTING, ...inNamespace];
  // Without an Istio gateway in its settings, the operator does not know whether the API server serves VirtualServices.
  const kinds = [
    ...(config.virtualServiceGateway && !environment.lacksIstio ? [virtualServices] : []),
    ...environment.optionalKinds,
  ];
  const observed = graphObserved({
    live: all,
    parentUid: uid,
    kinds: [scalingAdapters, ...kinds],
    served,
    ...(served.has("grove") && groveState(graph, all)),
    mpi: mpiState(uid),
  });
  const plan = planGraph(graph, observed, config, recent);
  const applied = appliedObjects(uidOf);
  const ofGraph = plan.planned.map((planned) => applied.apply(graph, planned));
  const siblings = ofGraph.filter(({ kind }) =>
    kind === components.kind
  ) as DynamoComponentDeployment[];
  const planned = [...plan.planned];
  const plans = new Map<string, ComponentPlan>();
  for (const component of siblings) {
    const { uid } = component.metadata;
    const children = planComponent(
      component,
      componentObserved({
        live: all,
        parentUid: uid,
        kinds,
        graphName: name,
        served,
        components: siblings,
        modelServices: modelServicesOf(uid, all),
        mpi: mpiState(uid),
      }),
      config,
      recent,
    );
    plans.set(component.spec.serviceName ?? "", children);
    planned.push(...children.planned);
    for (const child of children.planned) applied.apply(component, child);
  }
  return { plan, observed, components: plans, planned, stored: applied.all() };

  function mpiState(parentUid: string | undefined): MpiObserved {
    const { mpiSecret } = config;
    const found = ofKind(secrets, live).filter(({ metadata }) => metadata.name === mpiSecret.name);
    const source = found.find(({ metadata }) => metadata.namespace === mpiSecret.namespace);
    const copies = found.filter((secret) =>
      secret.metadata.namespace === namespace && isOwnedBy(secret, parentUid)
    );
    return { source, copies, newKey: found.length > 0 ? undefined : SSH_KEY };
  }

  function uidOf({ kind, metadata: { name } }: KubeObject): string {
    const same = live.find((object) => object.kind === kind && object.metadata.name === name);
    return same?.metadata.uid ?? `uid-of-${kind}-${name}`;
  }
}

/** Returns the part of a graph's observed state that concerns Grove. */
function groveState(
  { metadata: { name, uid } }: DynamoGraphDeployment,
  live: readonly KubeObject[],
): Pick<GraphObserved, "grove" | "podCliqueSets"> {
  const podCliqueSet = ofKind(podCliqueSets, live)
    .find((set) => set.metadata.name === name && isOwnedBy(set, uid));
  const ofOwner = <T extends KubeObject>(resource: Resource<T>, owner: KubeObject | undefined) =>
    owner ? ofKind(resource, live).filter((one) => isOwnedBy(one, owner.metadata.uid)) : [];
  const scalingGroups = ofOwner(podCliqueScalingGroups, podCliqueSet);
  const cliques = [podCliqueSet, ...scalingGroups].flatMap((owner) => ofOwner(podCliques, owner));
  const modelServices = modelServicesOf(uid, live);
  return {
    podCliqueSets: podCliqueSet ? [podCliqueSet] : [],
    grove: groveObserved({ podCliqueSet, scalingGroups, cliques, modelServices }),
  };
}

function modelServicesOf(uid: string | undefined, live: readonly KubeObject[]): Service[] {
  return ofKind(services, live).filter((one) => isModelService(one) && isOwnedBy(one, uid));
}

function ofKind<T extends KubeObject>(
  { apiVersion, kind }: Resource<T>,
  objects: readonly KubeObject[],
): T[] {
  return objects.filter((one) => one.apiVersion === apiVersion && one.kind === kind) as T[];
}

function isOwnedBy({ metadata }: KubeObject, uid: string | undefined): boolean {
  return metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
}
