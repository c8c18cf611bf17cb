import type { KubeObject } from "../../kube/object.ts";
import {
  leaderWorkerSets,
  podCliques,
  podCliqueScalingGroups,
  podCliqueSets,
  podGroups,
} from "../../kube/optional_kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { NONE_SERVED, type ServedOrchestrators } from "../workload/orchestrator.ts";
import type { RandomGraphOptions } from "./random_graph.ts";

/** A kind of cluster in which the operator runs graphs. */
export interface Environment {
  name: string;
  served: ServedOrchestrators;
  /** Orchestrator kinds that the API server serves. */
  optionalKinds: readonly Resource<KubeObject>[];
  /** Whether the cluster lacks Istio, although the operator's settings name an Istio gateway. */
  lacksIstio?: boolean;
  /** Options for random graphs. Most of these graphs are valid in the cluster. */
  graphs: Omit<RandomGraphOptions, "odd">;
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

/** A cluster in which all services use Deployments. */
export const DEPLOYMENT: Environment = {
  name: "deployment",
  served: NONE_SERVED,
  optionalKinds: [],
  graphs: { multinode: false, longestName: 48 },
  kinds: KINDS,
};

/** A cluster in which multinode services use LeaderWorkerSets. */
export const LWS: Environment = {
  name: "lws",
  served: new Set(["lws"]),
  optionalKinds: [leaderWorkerSets],
  // With a graph name of this length, the LeaderWorkerSet of a service "Frontend" has the longest possible name.
  graphs: { multinode: true, longestName: 39 },
  kinds: [...KINDS, "LeaderWorkerSet", "Secret"].sort(),
};

/** A cluster in which the pods of LeaderWorkerSets belong to PodGroups of Volcano. */
export const LWS_WITH_VOLCANO: Environment = {
  ...LWS,
  name: "lws with Volcano",
  optionalKinds: [leaderWorkerSets, podGroups],
  kinds: [...LWS.kinds, "PodGroup"].sort(),
};

/** A cluster in which Grove runs all graphs that do not disable Grove. */
export const GROVE: Environment = {
  name: "grove",
  served: new Set(["grove"]),
  optionalKinds: [podCliqueSets, podCliques, podCliqueScalingGroups],
  graphs: {
    multinode: true,
    // With a graph name of this length and a multinode service "Frontend", the names are as long as Grove permits.
    longestName: 25,
    unusual: ["topologySpreadConstraints", "nodeName", "schedulerName"],
  },
  kinds: [...KINDS, "PodCliqueSet", "Secret"].sort(),
};

export const ENVIRONMENTS: readonly Environment[] = [DEPLOYMENT, LWS, LWS_WITH_VOLCANO, GROVE];
