import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import type { PodRole, ServiceInput, ServiceSpec } from "../dynamo/service_input.ts";
import { graphService } from "./components.ts";
import { platformConfig } from "./platform_config.ts";
import { podSpec } from "../pod/pod_spec.ts";
import { groveNodes, type ReplicaNodes } from "../pod/frameworks/replica_nodes.ts";

/** A multinode service of type worker. */
export interface MultinodeService {
  command?: string[];
  args?: string[];
  nodes: number;
  /** Number of GPUs per node, for the field `resources.limits.gpu`. */
  gpus?: number;
  spec?: ServiceSpec;
}

/** Host name of the leader pod of service `test-service` on Grove. */
export const GROVE_LEADER =
  "$(GROVE_PCSG_NAME)-$(GROVE_PCSG_INDEX)-test-service-ldr-0.$(GROVE_HEADLESS_SERVICE)";

export function multinodePod(
  service: MultinodeService,
  role: PodRole,
  nodes: ReplicaNodes = groveNodes,
): V1PodSpec {
  return podSpec(multinodeService(service, role), platformConfig(), [], nodes);
}

export function multinodeContainer(
  service: MultinodeService,
  role: PodRole,
  nodes?: ReplicaNodes,
): V1Container {
  const container = multinodePod(service, role, nodes).containers.at(-1);
  if (!container) throw new Error("The pod lacks a container");
  return container;
}

function multinodeService(
  { command, args, nodes, gpus, spec = {} }: MultinodeService,
  role: PodRole,
): ServiceInput {
  const mainContainer = { ...(command && { command }), ...(args && { args }) };
  const service = graphService({
    serviceName: "Test-Service",
    multinode: { nodeCount: nodes },
    ...(gpus !== undefined && { resources: { limits: { gpu: `${gpus}` } } }),
    ...spec,
    extraPodSpec: { ...spec.extraPodSpec, mainContainer },
  });
  return { ...service, nodes, role };
}
