import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";

/** The spec of a component, in which the environment variables of its graph are already merged. */
export type ServiceSpec = DynamoComponentDeployment["spec"];

/** The part that a pod plays in its replica: the only pod of it, or one of several on as many nodes. */
export type PodRole = "single" | "leader" | "worker";

/**
 * One service as the plans of its pods, its Service and its Ingress need it, whether a component or a graph declares it.
 * It holds no UID and no owner reference, so the plans work offline too.
 */
export interface ServiceInput {
  /** Name of the workload, the Service and the Ingress. */
  name: string;
  /** The Kubernetes namespace; "" where an offline plan does not know it. */
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

/** Nodes of `multinode: {}`, which the default of the CRD turns into this number in the API server. */
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
