import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";

/** The spec of a component, in which the environment variables of its graph are already merged. */
export type ServiceSpec = DynamoComponentDeployment["spec"];

/** The role of a pod in its replica: the only pod, or the leader or a worker of a replica on several nodes. */
export type PodRole = "single" | "leader" | "worker";

/**
 * The input for the plans of a service: of its pods, its Service and its Ingress. A component or a graph declares the
 * service. UIDs and owner references are not part of the input, so the plans work offline too.
 */
export interface ServiceInput {
  /** Name of the workload, the Service and the Ingress. */
  name: string;
  /** The Kubernetes namespace; "" if the manifest of an offline plan does not set it. */
  namespace: string;
  /** Name of the graph; "" for a standalone component. */
  graphName: string;
  /** Labels of the component's own metadata. */
  labels: Record<string, string>;
  spec: ServiceSpec;
  role: PodRole;
  /** Number of nodes that one replica spans. */
  nodes: number;
}

/** Number of nodes for `multinode: {}`. The CRD has the same default, but offline plans do not get it. */
const DEFAULT_MULTINODE_NODES = 2;

/** Returns the input for the plans of a component. */
export function serviceOf(
  { metadata, spec }: DynamoComponentDeployment,
  graphName: string,
): ServiceInput {
  const { name, namespace = "", labels = {} } = metadata;
  const nodes = spec.multinode ? spec.multinode.nodeCount ?? DEFAULT_MULTINODE_NODES : 1;
  return { name, namespace, graphName, labels, spec, nodes, role: nodes > 1 ? "leader" : "single" };
}

/** Whether a component serves the HTTP API. */
export function isFrontend(spec: { componentType?: string | undefined }): boolean {
  return spec.componentType === "frontend";
}

/** Whether a component runs an inference framework; no other type does. */
export function isWorker(spec: { componentType?: string | undefined }): boolean {
  return ["worker", "prefill", "decode"].includes(spec.componentType ?? "");
}

/** Whether a component is Dynamo's planner, which scales the other services of its graph. */
export function isPlanner(spec: { componentType?: string | undefined }): boolean {
  return spec.componentType === "planner";
}

/** The port of a frontend's HTTP API; its name in containers and Services is `http`. */
export const HTTP_PORT = 8000;
/** The port of a worker's status server; its name in containers and Services is `system`. */
export const SYSTEM_PORT = 9090;
/** The port of a planner's metrics; its name in the container is `metrics`. */
export const PLANNER_METRICS_PORT = 9085;
