import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { KubeObject } from "../../kube/object.ts";
import { frontend, graphOf, IMAGE, worker } from "./graphs.ts";

/** A graph that the operator cannot reconcile, and the expected texts in the status of the graph. */
export interface InvalidGraph {
  reason: string;
  graph: KubeObject;
  /** Expected texts in the message of condition `Ready`; the first text is the path of the invalid field. */
  messages: string[];
}

const CONFIG = "DYN_DEPLOYMENT_CONFIG";

/** Graphs that the API server accepts. The operator finds the mistake when it plans or applies the children. */
export const ACCEPTED: readonly InvalidGraph[] = [
  invalid(
    "backendFramework differs from the framework of the command",
    graphOf("mismatch", { W: worker() }, { backendFramework: "vllm" }),
    "spec.services[W].extraPodSpec.mainContainer",
    'detected "sglang"',
  ),
  invalid(
    "the command names two frameworks",
    graphOf("two-backends", {
      W: running({ args: ["python3 -m dynamo.sglang & python3 -m dynamo.vllm"] }),
    }),
    "spec.services[W].extraPodSpec.mainContainer.args",
    "multiple backend frameworks",
  ),
  invalid(
    "the deployment configuration is not JSON",
    graphOf("settings", { W: worker(), F: frontend() }, {
      envs: [{ name: CONFIG, value: "{nope" }],
    }),
    `spec.envs[${CONFIG}].value`,
    "JSON",
  ),
  invalid(
    "the deployment configuration of a service comes from a Secret",
    graphOf("settings-from", {
      W: worker({
        envs: [{ name: CONFIG, valueFrom: { secretKeyRef: { name: "x", key: "y" } } }],
      }),
    }),
    `spec.services[W].envs[${CONFIG}].value`,
    "JSON",
  ),
  invalid(
    "the deployment configuration contains an invalid quantity",
    graphOf("settings-quantity", { W: worker() }, {
      envs: [{
        name: CONFIG,
        value: JSON.stringify({ W: { ServiceArgs: { Resources: { CPU: "lots" } } } }),
      }],
    }),
    `spec.envs[${CONFIG}].value`,
    '"lots"',
  ),
  invalid(
    "a compilation cache of sglang lacks a mount point",
    graphOf("cache", { W: worker({ volumeMounts: [{ name: "c", useAsCompilationCache: true }] }) }),
    "spec.services[W].volumeMounts[0].mountPoint",
    "sglang",
  ),
  invalid(
    "maxSurge is neither a number nor a percentage",
    graphOf("strategy", {
      W: worker({ annotations: { "nvidia.com/deployment-rolling-update-max-surge": "many" } }),
    }),
    "spec.services[W].annotations[nvidia.com/deployment-rolling-update-max-surge]",
    '"many"',
  ),
  invalid(
    "the graph sets the label that selects the pods",
    graphOf("selector", {
      W: worker({ extraPodMetadata: { labels: { "nvidia.com/selector": "x" } } }),
    }),
    "spec.services[W].extraPodMetadata.labels[nvidia.com/selector]",
    "remove the label",
  ),
  invalid(
    "no PersistentVolumeClaim can have the name",
    graphOf("pvc-name", { F: frontend() }, { pvcs: [{ name: "My_Models" }] }),
    "spec.pvcs[0].name",
    '"My_Models"',
  ),
  invalid(
    "a label of pods is not valid",
    graphOf("label", { W: worker({ extraPodMetadata: { labels: { team: "two words" } } }) }),
    "spec.services[W].extraPodMetadata.labels[team]",
    '"two words"',
  ),
  invalid(
    "the API server refuses the pod template",
    graphOf("refused", { W: running({ env: [{ name: "a=b", value: "c" }] }) }),
    "refused-w",
    "env[12].name",
    '"a=b"',
  ),
  invalid(
    "the API server refuses the Ingress",
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

/**
 * Graphs that the validation rules of the CRDs forbid. A cluster may have stored such graphs before the CRDs had the
 * rules.
 */
export const REFUSED: readonly InvalidGraph[] = [
  invalid(
    "a sidecar has the name of the main container",
    graphOf("main", {
      W: worker({ extraPodSpec: { containers: [{ name: "main", image: IMAGE }] } }),
    }),
    "spec.services[W].extraPodSpec.containers",
    "main container",
  ),
  invalid(
    "the graph has zero services",
    graphOf("no-service", {}),
    "spec.services",
    "at least one service",
  ),
  invalid(
    "the spec is missing",
    { ...graphOf("no-spec", {}), ...{ spec: undefined } },
    "spec.services",
  ),
  invalid(
    "a volume mount lacks its mount point",
    graphOf("no-mount-point", { W: worker({ volumeMounts: [{ name: "a" }] }) }),
    "spec.services[W].volumeMounts[0].mountPoint",
    "required",
  ),
  invalid(
    "an Ingress lacks its host",
    graphOf("no-host", { F: frontend({ ingress: { enabled: true } }) }),
    "spec.services[F].ingress.host",
    "required",
  ),
  invalid(
    "a resource limit is not a quantity",
    graphOf("quantity", { W: worker({ resources: { limits: { gpu: "two" } } }) }),
    "spec.services[W].resources.limits.gpu",
    '"two"',
  ),
  invalid(
    "shared memory lacks its size",
    graphOf("no-size", { W: worker({ sharedMemory: {} }) }),
    "spec.services[W].sharedMemory.size",
    "required",
  ),
  invalid(
    "replicas are negative",
    graphOf("negative", { W: worker({ replicas: -1 }) }),
    "spec.services[W].replicas",
    "-1",
  ),
  invalid(
    "a PVC to be created lacks its required fields",
    graphOf("pvc", { F: frontend() }, { pvcs: [{ name: "c", create: true }] }),
    "spec.pvcs[0].storageClass",
    "spec.pvcs[0].size",
    "spec.pvcs[0].volumeAccessMode",
  ),
  invalid(
    "the name of a PVC is empty",
    graphOf("nameless", { F: frontend() }, { pvcs: [{ name: "" }] }),
    "spec.pvcs[0].name",
  ),
  invalid(
    "the names of two services differ only in case",
    graphOf("twins", { Worker: worker(), worker: worker() }),
    "spec.services[worker]",
    '"Worker"',
  ),
  invalid(
    "the name of a service is not a DNS label",
    graphOf("key", { pre_fill: worker() }),
    "spec.services[pre_fill]",
    "DNS-1035",
  ),
  invalid(
    "the names of graph and service are too long together",
    graphOf("long", { ["w".repeat(60)]: worker() }),
    `spec.services[${"w".repeat(60)}]`,
    "63",
  ),
  invalid(
    "the name of the graph is not valid as the start of a Service name",
    graphOf("1.dotted", { W: worker() }),
    "spec.services[W]",
    '"1.dotted-w"',
  ),
];

function invalid(reason: string, graph: KubeObject, ...messages: string[]): InvalidGraph {
  return { reason, graph, messages };
}

function running(
  container: NonNullable<NonNullable<ComponentSpec["extraPodSpec"]>["mainContainer"]>,
): ComponentSpec {
  return {
    componentType: "worker",
    extraPodSpec: { mainContainer: { image: IMAGE, ...container } },
  };
}
