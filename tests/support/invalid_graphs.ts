import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { KubeObject } from "../../kube/object.ts";
import { frontend, graphOf, IMAGE, worker } from "./graphs.ts";

/** A graph that cannot become anything, and what its status must name. */
export interface InvalidGraph {
  why: string;
  graph: KubeObject;
  /** Texts of the condition Ready: the field first. */
  told: string[];
}

const CONFIG = "DYN_DEPLOYMENT_CONFIG";

/** What the API server takes, since only whoever plans the pods can tell. */
export const ACCEPTED: readonly InvalidGraph[] = [
  invalid(
    "its backend is not that of its command",
    graphOf("mismatch", { W: worker() }, { backendFramework: "vllm" }),
    "spec.services[W].extraPodSpec.mainContainer",
    'detected "sglang"',
  ),
  invalid(
    "its command names two backends",
    graphOf("two-backends", {
      W: running({ args: ["python3 -m dynamo.sglang & python3 -m dynamo.vllm"] }),
    }),
    "spec.services[W].extraPodSpec.mainContainer.args",
    "multiple backend frameworks",
  ),
  invalid(
    "its own settings are no JSON",
    graphOf("settings", { W: worker(), F: frontend() }, {
      envs: [{ name: CONFIG, value: "{nope" }],
    }),
    `spec.envs[${CONFIG}].value`,
    "JSON",
  ),
  invalid(
    "the settings of a service come from somewhere else",
    graphOf("settings-from", {
      W: worker({
        envs: [{ name: CONFIG, valueFrom: { secretKeyRef: { name: "x", key: "y" } } }],
      }),
    }),
    `spec.services[W].envs[${CONFIG}].value`,
    "JSON",
  ),
  invalid(
    "its settings ask for an amount that is none",
    graphOf("settings-amount", { W: worker() }, {
      envs: [{
        name: CONFIG,
        value: JSON.stringify({ W: { ServiceArgs: { Resources: { CPU: "lots" } } } }),
      }],
    }),
    `spec.envs[${CONFIG}].value`,
    '"lots"',
  ),
  invalid(
    "a cache has no place where its backend looks for one",
    graphOf("cache", { W: worker({ volumeMounts: [{ name: "c", useAsCompilationCache: true }] }) }),
    "spec.services[W].volumeMounts[0].mountPoint",
    "sglang",
  ),
  invalid(
    "its strategy counts in words",
    graphOf("strategy", {
      W: worker({ annotations: { "nvidia.com/deployment-rolling-update-max-surge": "many" } }),
    }),
    "spec.services[W].annotations[nvidia.com/deployment-rolling-update-max-surge]",
    '"many"',
  ),
  invalid(
    "it takes the label by which pods are found",
    graphOf("selector", {
      W: worker({ extraPodMetadata: { labels: { "nvidia.com/selector": "x" } } }),
    }),
    "spec.services[W].extraPodMetadata.labels[nvidia.com/selector]",
    "remove it",
  ),
  invalid(
    "the API server refuses its pods",
    graphOf("refused", { W: running({ env: [{ name: "a=b", value: "c" }] }) }),
    "refused-w",
    "env[12].name",
    '"a=b"',
  ),
  invalid(
    "the API server refuses its Ingress",
    graphOf("host", {
      F: frontend({
        ingress: { enabled: true, host: "NO HOST", ingressControllerClassName: "nginx" },
      }),
    }),
    "host-f",
    "spec.rules[0].host",
    '"NO HOST.local"',
  ),
];

/** What today's API server refuses, and one without our rules stores. */
export const REFUSED: readonly InvalidGraph[] = [
  invalid("it has no service", graphOf("no-service", {}), "spec.services", "at least one service"),
  invalid("it has no spec", { ...graphOf("no-spec", {}), ...{ spec: undefined } }, "spec.services"),
  invalid(
    "a mount has no place",
    graphOf("no-mount-point", { W: worker({ volumeMounts: [{ name: "a" }] }) }),
    "spec.services[W].volumeMounts[0].mountPoint",
    "required",
  ),
  invalid(
    "an ingress has no host",
    graphOf("no-host", { F: frontend({ ingress: { enabled: true } }) }),
    "spec.services[F].ingress.host",
    "required",
  ),
  invalid(
    "an amount is no amount",
    graphOf("amount", { W: worker({ resources: { limits: { gpu: "two" } } }) }),
    "spec.services[W].resources.limits.gpu",
    '"two"',
  ),
  invalid(
    "shared memory has no size",
    graphOf("no-size", { W: worker({ sharedMemory: {} }) }),
    "spec.services[W].sharedMemory.size",
    "required",
  ),
  invalid(
    "replicas are below zero",
    graphOf("negative", { W: worker({ replicas: -1 }) }),
    "spec.services[W].replicas",
    "-1",
  ),
  invalid(
    "a claim to be created says nothing of itself",
    graphOf("claim", { F: frontend() }, { pvcs: [{ name: "c", create: true }] }),
    "spec.pvcs[0].storageClass",
    "spec.pvcs[0].size",
    "spec.pvcs[0].volumeAccessMode",
  ),
  invalid(
    "a claim has no name",
    graphOf("nameless", { F: frontend() }, { pvcs: [{ name: "" }] }),
    "spec.pvcs[0].name",
  ),
  invalid(
    "two services differ only in case",
    graphOf("twins", { Worker: worker(), worker: worker() }),
    "spec.services[worker]",
    '"Worker"',
  ),
  invalid(
    "a service cannot be part of a name",
    graphOf("key", { pre_fill: worker() }),
    "spec.services[pre_fill]",
    "DNS-1035",
  ),
  invalid(
    "its name and its service's are too long together",
    graphOf("long", { ["w".repeat(60)]: worker() }),
    `spec.services[${"w".repeat(60)}]`,
    "63",
  ),
  invalid(
    "its name cannot be part of a Service's",
    graphOf("1.dotted", { W: worker() }),
    "spec.services[W]",
    '"1.dotted-w"',
  ),
];

function invalid(why: string, graph: KubeObject, ...told: string[]): InvalidGraph {
  return { why, graph, told };
}

function running(
  container: NonNullable<NonNullable<ComponentSpec["extraPodSpec"]>["mainContainer"]>,
): ComponentSpec {
  return {
    componentType: "worker",
    extraPodSpec: { mainContainer: { image: IMAGE, ...container } },
  };
}
