import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { pods, services } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { leaderWorkerSets } from "../../kube/optional_kinds.ts";
import { type Resource, resource } from "../../kube/resource.ts";
import { IMAGE, worker } from "./graphs.ts";

/** StatefulSets, which the controller of LeaderWorkerSets creates. */
export const statefulSets: Resource<KubeObject> = resource({
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  namespaced: true,
});

/** LeaderWorkerSets, and the kinds of objects that their controller creates for them, directly or indirectly. */
export const LWS_KINDS: readonly Resource<KubeObject>[] = [
  leaderWorkerSets,
  statefulSets,
  services,
  pods,
];

/** Returns the spec of a worker service in which each replica runs on two nodes; `spec` adds or replaces fields. */
export function multinodeWorker(
  spec: ComponentSpec = {},
  { image = IMAGE, framework = "vllm" }: { image?: string; framework?: string } = {},
): ComponentSpec {
  return worker({
    multinode: { nodeCount: 2 },
    resources: { limits: { gpu: "4" } },
    extraPodSpec: {
      mainContainer: {
        image,
        command: ["python3", "-m", `dynamo.${framework}`],
        args: ["--model", "Qwen/Qwen3-0.6B", "--tensor-parallel-size", "8"],
      },
    },
    ...spec,
  });
}
