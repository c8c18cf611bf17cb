import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { GraphSpec } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";

export const IMAGE = "registry.example/sglang-runtime:1.0";
export const NEW_IMAGE = "registry.example/sglang-runtime:1.1";

/** A graph as a user writes it, of these services. */
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

/** A frontend; `spec` adds to it or replaces parts. */
export function frontend(spec: ComponentSpec = {}): ComponentSpec {
  return {
    componentType: "frontend",
    replicas: 1,
    extraPodSpec: { mainContainer: { image: IMAGE } },
    ...spec,
  };
}

/** A worker of sglang; `spec` adds to it or replaces parts. */
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

/** A planner; it needs the planner's ClusterRole. */
export function planner(spec: ComponentSpec = {}): ComponentSpec {
  return {
    componentType: "planner",
    replicas: 1,
    extraPodSpec: { mainContainer: { image: IMAGE, command: ["python3", "-m", "planner"] } },
    ...spec,
  };
}

/** The name of the model that workers of {@link fullGraph} serve. */
export const MODEL = "Qwen/Qwen3-0.6B";

/** A graph that needs an object of every kind that there is; it becomes successful once the planner's role is there. */
export function fullGraph(name: string): KubeObject & { spec: GraphSpec } {
  return graphOf(name, {
    Frontend: frontend({
      ingress: { enabled: true, host: name, ingressControllerClassName: "nginx" },
    }),
    Worker: worker({ modelRef: { name: MODEL } }),
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
