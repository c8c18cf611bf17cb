import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { GraphSpec } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";

export const IMAGE = "registry.example/sglang-runtime:1.0";
export const NEW_IMAGE = "registry.example/sglang-runtime:1.1";

/** Returns the manifest of a graph with these services, as a user writes it. `spec` adds further fields of the spec. */
export function graphOf(
  name: string,
  services: NonNullable<GraphSpec["services"]>,
  spec: Omit<GraphSpec, "services"> = {},
): KubeObject & { spec: GraphSpec } {
  return {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name },
    spec: { ...spec, services },
  };
}

export function frontend(spec: ComponentSpec = {}): ComponentSpec {
  return {
    componentType: "frontend",
    replicas: 1,
    extraPodSpec: { mainContainer: { image: IMAGE } },
    ...spec,
  };
}

/** Returns the spec of a worker service with the framework sglang; `spec` adds or replaces fields. */
export function worker(spec: ComponentSpec = {}, image = IMAGE): ComponentSpec {
  return {
    componentType: "worker",
    replicas: 1,
    extraPodSpec: {
      mainContainer: {
        image,
        command: ["python3", "-m", "dynamo.sglang"],
        args: ["--model-path", "Qwen/Qwen3-0.6B"],
      },
    },
    ...spec,
  };
}

/** Returns the spec of a planner service, which needs the planner ClusterRole; `spec` adds or replaces fields. */
export function planner(spec: ComponentSpec = {}): ComponentSpec {
  return {
    componentType: "planner",
    replicas: 1,
    extraPodSpec: { mainContainer: { image: IMAGE, command: ["python3", "-m", "planner"] } },
    ...spec,
  };
}

/** Name of the model that the workers of {@link fullGraph} serve. */
export const MODEL = "Qwen/Qwen3-0.6B";

/** Returns a graph with children of every kind. The graph becomes successful once the planner ClusterRole exists. */
export function fullGraph(name: string): KubeObject & { spec: GraphSpec } {
  return graphOf(name, {
    Frontend: frontend({
      ingress: { enabled: true, host: name, ingressControllerClassName: "nginx" },
    }),
    Worker: worker({ modelRef: { name: MODEL }, scalingAdapter: { enabled: true } }),
    Planner: planner(),
  }, {
    pvcs: [{
      name: `${name}-cache`,
      create: true,
      size: "10Gi",
      storageClass: "standard",
      volumeAccessMode: "ReadWriteMany",
    }],
  });
}
