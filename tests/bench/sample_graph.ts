import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";

export const COMPONENTS_PER_GRAPH = 3;
/**
 * Number of children of one sample graph: a ServiceAccount, a Role and a RoleBinding for discovery, and 3 components
 * with a Deployment and a Service each.
 */
export const CHILDREN_PER_GRAPH = 12;

/** Namespace of all graphs that the operator reconciles. One namespace is the worst case for indexes by namespace. */
export const BENCH_NAMESPACE = "bench";

const IMAGE = "registry.example/sglang-runtime:1.0";

/** Returns a graph for disaggregated sglang serving, with one replica per service and `number` in the graph's name. */
export function sampleGraph(
  number: number,
  namespace = BENCH_NAMESPACE,
): DynamoGraphDeployment {
  return {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name: `graph-${String(number).padStart(4, "0")}`, namespace },
    spec: {
      backendFramework: "sglang",
      envs: [{ name: "DYN_LOG", value: "info" }],
      services: {
        Frontend: {
          componentType: "frontend",
          replicas: 1,
          extraPodSpec: { mainContainer: { image: IMAGE } },
        },
        Prefill: worker("prefill"),
        Decode: worker("decode"),
      },
    },
  };
}

export function worker(mode: "prefill" | "decode"): ComponentSpec {
  return {
    componentType: "worker",
    subComponentType: mode,
    replicas: 1,
    resources: { limits: { gpu: "1" } },
    extraPodSpec: {
      mainContainer: {
        image: IMAGE,
        workingDir: "/workspace/examples/backends/sglang",
        command: ["python3", "-m", "dynamo.sglang"],
        args: [
          ...["--model-path", "Qwen/Qwen3-0.6B", "--served-model-name", "Qwen/Qwen3-0.6B"],
          ...["--page-size", "16", "--tp", "1", "--trust-remote-code"],
          ...["--disaggregation-mode", mode, "--disaggregation-transfer-backend", "nixl"],
        ],
      },
    },
  };
}
