import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";

/** Spec of a component. It already contains the environment variables of the component's graph. */
export type ServiceSpec = DynamoComponentDeployment["spec"];

/** Role of a pod in its replica: the only pod of the replica, or the leader or a worker of a multinode replica. */
export type PodRole = "single" | "leader" | "worker";

/**
 * Input for the plans of a service's pods, Service and routes. A component or a graph declares the service. The input
 * contains neither UIDs nor owner references, because `dynamo-operator render` also works without a cluster.
 */
export interface ServiceInput {
  /** Name of the workload, the Service, the Ingress and the VirtualService. */
  name: string;
  /** Kubernetes namespace; "" if the metadata of the component or the graph lacks it. */
  namespace: string;
  /** Name of the graph; "" for a standalone component. */
  graphName: string;
  /** Labels in the metadata of the component. */
  labels: Record<string, string>;
  spec: ServiceSpec;
  role: PodRole;
  /** Number of nodes that one replica spans. */
  nodes: number;
}

/**
 * Number of nodes for `multinode: {}`. The CRD has the same default, but an object that the API server has not stored
 * may lack the value.
 */
const DEFAULT_MULTINODE_NODES = 2;

/** Returns the number of nodes that one replica of a service spans. */
export function nodesOf({ multinode }: Pick<ServiceSpec, "multinode">): number {
  return multinode ? multinode.nodeCount ?? DEFAULT_MULTINODE_NODES : 1;
}

/** Returns the input for the plans of a component's children. */
export function serviceOf(
  { metadata, spec }: DynamoComponentDeployment,
  graphName: string,
): ServiceInput {
  const { name, namespace = "", labels = {} } = metadata;
  const nodes = nodesOf(spec);
  return { name, namespace, graphName, labels, spec, nodes, role: nodes > 1 ? "leader" : "single" };
}

/** Returns whether a component is a frontend, which serves the HTTP API. */
export function isFrontend(spec: { componentType?: string | undefined }): boolean {
  return spec.componentType === "frontend";
}

/** Returns whether a component is a worker, the only type that runs an inference framework. */
export function isWorker(spec: { componentType?: string | undefined }): boolean {
  return ["worker", "prefill", "decode"].includes(spec.componentType ?? "");
}

/** Returns whether a component is Dynamo's planner, which scales the other services of its graph. */
export function isPlanner(spec: { componentType?: string | undefined }): boolean {
  return spec.componentType === "planner";
}

/** Port of a frontend's HTTP API, named `http` in containers and Services. */
export const HTTP_PORT = 8000;
/** Port of a worker's status server, named `system` in containers and Services. */
export const SYSTEM_PORT = 9090;
/** Port of a planner's metrics, named `metrics` in the container. */
export const PLANNER_METRICS_PORT = 9085;
