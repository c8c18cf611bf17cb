import { adapter, component, graph, model, request } from "./objects.ts";
import type { CreateRule } from "./rule.ts";

const LONG = "l".repeat(32);

/**
 * Returns test data for a validation rule of services: two graphs with one service each. This service has the spec
 * `accepted` in one graph, and `refused` in the other graph.
 */
function service(
  name: string,
  accepted: Record<string, unknown>,
  refused: Record<string, unknown>,
  message: string,
): CreateRule {
  return {
    name,
    accepted: graph("rules", { W: accepted }),
    refused: graph("rules", { W: refused }),
    message,
  };
}

function pvc(name: string, refused: Record<string, unknown>, message: string): CreateRule {
  const valid = {
    name: "cache",
    create: true,
    size: "1Gi",
    storageClass: "fast",
    volumeAccessMode: "ReadWriteMany",
  };
  return {
    name,
    accepted: graph("rules", { W: {} }, { pvcs: [valid] }),
    refused: graph("rules", { W: {} }, { pvcs: [{ ...valid, ...refused }] }),
    message,
  };
}

export const graphRules: CreateRule[] = [
  {
    name: "a graph needs a spec",
    accepted: graph("rules", { W: {} }),
    refused: { ...graph("rules", {}), spec: undefined },
    message: "spec is required; set at least spec.services",
  },
  {
    name: "a graph needs services",
    accepted: graph("rules", { W: {} }),
    refused: graph("rules", {}),
    message:
      "spec.services: Required value: services must have at least one service; add one under spec.services",
  },
  {
    name: "a graph has at most 25 services",
    accepted: graph("rules", numbered(25)),
    refused: graph("rules", numbered(26)),
    message: "spec.services: Too many: 26: must have at most 25 items",
  },
  {
    name: "backendFramework is one of three values",
    accepted: graph("rules", { W: {} }, { backendFramework: "trtllm" }),
    refused: graph("rules", { W: {} }, { backendFramework: "llamacpp" }),
    message:
      'spec.backendFramework: Unsupported value: "llamacpp": supported values: "sglang", "vllm", "trtllm"',
  },
  {
    name: "the name of a graph starts with a letter",
    accepted: graph("rules-1", { W: {} }),
    refused: graph("1-rules", { W: {} }),
    message: 'because Services are named after it; rename the graph "1-rules"',
  },
  {
    name: "the name of a graph must not contain a dot",
    accepted: graph("rules-qwen3-5", { W: {} }),
    refused: graph("rules-qwen3.5", { W: {} }),
    message: 'rename the graph "rules-qwen3.5"',
  },
  {
    name: "the key of a service is a DNS label, in any case",
    accepted: graph("rules", { "VllmWorker-2": {} }),
    refused: graph("rules", { vllm_worker: {}, Frontend: {} }),
    message:
      'spec.services: Invalid value: each key of spec.services is part of object names, so it must consist of letters, digits and hyphens, with a letter or digit at both ends; rename ["vllm_worker"]',
  },
  {
    name: "the name of a Service has at most 63 characters",
    accepted: graph(LONG, { ["w".repeat(30)]: {} }),
    refused: graph(LONG, { ["w".repeat(31)]: {}, Frontend: {} }),
    message: `may have at most 63 characters; shorten metadata.name or ["${"w".repeat(31)}"]`,
  },
  {
    name: "keys of services are unique regardless of case",
    accepted: graph("rules", { Worker: {}, Frontend: {} }),
    refused: graph("rules", { Worker: {}, worker: {} }),
    message: "keys of spec.services must be unique regardless of case",
  },
];

/**
 * Returns test data for a validation rule of `spec.restart`. The accepted and the refused graph have the services `A`
 * and `B`.
 */
function restart(name: string, refused: Record<string, unknown>, message: string): CreateRule {
  const services = { A: {}, B: {} };
  const accepted = { id: "1", strategy: { order: ["B", "A"] } };
  return {
    name,
    accepted: graph("rules", services, { restart: accepted }),
    refused: graph("rules", services, { restart: { ...accepted, ...refused } }),
    message: `spec.restart.${message}`,
  };
}

export const restartRules: CreateRule[] = [
  restart("a restart needs an id", { id: undefined }, "id: Required value"),
  restart("the id of a restart is not empty", { id: "" }, "id in body should be at least 1 chars"),
  restart("the id of a restart is short", { id: "i".repeat(254) }, "id: Too long"),
  restart(
    "the strategy of a restart is Sequential or Parallel",
    { strategy: { type: "Random" } },
    'strategy.type: Unsupported value: "Random"',
  ),
  restart(
    "a parallel restart has no order",
    { strategy: { type: "Parallel", order: ["A", "B"] } },
    "strategy.order: Forbidden: order cannot be set if type is Parallel",
  ),
  restart(
    "the order of a restart lists a service once",
    { strategy: { order: ["A", "B", "A"] } },
    "strategy.order: Invalid value: order must list each service once",
  ),
  restart(
    "the order of a restart lists only services of the graph",
    { strategy: { order: ["A", "X"] } },
    "strategy.order: Invalid value: order must list exactly the keys of spec.services",
  ),
  restart(
    "the order of a restart lists all services of the graph",
    { strategy: { order: ["A"] } },
    "strategy.order: Invalid value: order must list exactly the keys of spec.services",
  ),
];

export const pvcRules: CreateRule[] = [
  pvc(
    "a PVC needs a name",
    { name: "" },
    "spec.pvcs[0].name in body should be at least 1 chars long",
  ),
  pvc(
    "a created PVC needs a storage class",
    { storageClass: "" },
    "spec.pvcs[0].storageClass: Required value: storageClass is required when create is true",
  ),
  pvc(
    "a created PVC needs a size",
    { size: 0 },
    "spec.pvcs[0].size: Required value: size is required when create is true",
  ),
  pvc(
    "the size of a PVC is a quantity",
    { size: "ten" },
    `spec.pvcs[0].size: Invalid value: "ten": must be a quantity, such as '500Mi' or '10Gi'`,
  ),
  pvc(
    "a created PVC needs an access mode",
    { volumeAccessMode: undefined },
    "spec.pvcs[0].volumeAccessMode: Required value: volumeAccessMode is required when create is true",
  ),
];

/** Validation rules for both the services of a graph and standalone components. */
export const serviceRules: CreateRule[] = [
  service(
    "replicas are not negative",
    { replicas: 0 },
    { replicas: -1 },
    "spec.services.W.replicas: Invalid value: -1: spec.services.W.replicas in body should be greater than or equal to 0",
  ),
  service(
    "an enabled Ingress needs a host",
    { ingress: { enabled: true, host: "chat" } },
    { ingress: { enabled: true } },
    "spec.services[W].ingress.host: Required value: host is required when ingress is enabled",
  ),
  service(
    "a volume mount needs a path",
    { volumeMounts: [{ name: "a", mountPoint: "/a" }] },
    { volumeMounts: [{ name: "a", useAsCompilationCache: true }, { name: "b" }] },
    "spec.services[W].volumeMounts[1].mountPoint: Required value: mountPoint is required when useAsCompilationCache is false",
  ),
  service(
    "a compilation cache needs no path",
    { volumeMounts: [{ name: "a", useAsCompilationCache: true }] },
    { volumeMounts: [{ name: "a", useAsCompilationCache: false, mountPoint: "" }] },
    "mountPoint is required when useAsCompilationCache is false",
  ),
  service(
    "a sidecar does not have the name of the main container",
    { extraPodSpec: { containers: [{ name: "main" }], mainContainer: { name: "app" } } },
    { extraPodSpec: { containers: [{ name: "side" }, { name: "main" }] } },
    "spec.services[W].extraPodSpec.containers: Invalid value",
  ),
  service(
    "enabled shared memory needs a size",
    { sharedMemory: { size: "20Gi" } },
    { sharedMemory: {} },
    "spec.services[W].sharedMemory.size: Required value: size is required and must be above zero when disabled is false",
  ),
  service(
    "the size of enabled shared memory is above zero",
    { sharedMemory: { disabled: true, size: 0 } },
    { sharedMemory: { size: "0Gi" } },
    "spec.services[W].sharedMemory.size: Required value: size is required and must be above zero",
  ),
  service(
    "the values of resources are quantities",
    { resources: { limits: { gpu: "2", memory: "" }, requests: { cpu: "500m" } } },
    { resources: { limits: { gpu: "two" } } },
    `spec.services[W].resources.limits.gpu: Invalid value: "two": must be a quantity of zero or more, such as '2', '500m' or '16Gi'`,
  ),
  service(
    "the values in resources.custom are quantities that are not negative",
    { resources: { requests: { custom: { "rdma/ib": "8" } } } },
    { resources: { requests: { custom: { "rdma/ib": "-8" } } } },
    'spec.services[W].resources.requests.custom[rdma/ib]: Invalid value: "-8": must be a quantity',
  ),
  service(
    "a multinode replica has at least two nodes",
    { multinode: {} },
    { multinode: { nodeCount: 1 } },
    "spec.services.W.multinode.nodeCount in body should be greater than or equal to 2",
  ),
  service(
    "a model reference names the model",
    { modelRef: { name: "acme/model" } },
    { modelRef: { revision: "main" } },
    "spec.services.W.modelRef.name: Required value",
  ),
  service(
    "a sidecar needs a name, the main container does not",
    { extraPodSpec: { mainContainer: { image: "i:1" }, containers: [{ name: "side" }] } },
    { extraPodSpec: { containers: [{ image: "i:1" }] } },
    "spec.services.W.extraPodSpec.containers[0].name: Required value",
  ),
  {
    name: "the same rules apply to a standalone component",
    accepted: component("rules", { ingress: { enabled: true, host: "chat" } }),
    refused: component("rules", { ingress: { enabled: true, host: "" } }),
    message: "spec.ingress.host: Required value: host is required when ingress is enabled",
  },
  {
    name: "the name of a component starts with a letter",
    accepted: component("rules-1", {}),
    refused: component("1-rules", {}),
    message: "because the Service of the component has the same name",
  },
  {
    name: "the name of a component has at most 63 characters",
    accepted: component("r".repeat(63), {}),
    refused: component("r".repeat(64), {}),
    message: "because the Service of the component has the same name",
  },
];

/** Validation rules for deployment requests, models and scaling adapters. */
export const otherRules: CreateRule[] = [
  {
    name: "a request needs a profiler image",
    accepted: request("rules", {}),
    refused: request("rules", { profilerImage: "" }),
    message: "spec.profilingConfig.profilerImage: Required value: profilerImage is required",
  },
  {
    name: "a request needs a profiler configuration",
    accepted: request("rules", {}),
    refused: request("rules", { config: undefined }),
    message:
      "spec.profilingConfig.config: Required value: config is required and must not be empty",
  },
  {
    name: "the profiler configuration is not empty",
    accepted: request("rules", { config: { anything: [{ goes: 1 }] } }),
    refused: request("rules", { config: {} }),
    message: "spec.profilingConfig.config in body should have at least 1 properties",
  },
  {
    name: "the name of a request has at most 55 characters",
    accepted: request("r".repeat(55), {}),
    refused: request("r".repeat(56), {}),
    message: "because the Job is named profile-NAME; shorten it",
  },
  {
    name: "a model needs a name",
    accepted: model("rules"),
    refused: model("rules", { modelName: "" }),
    message: "spec.modelName: Required value: modelName is required",
  },
  {
    name: "a model needs a base model",
    accepted: model("rules"),
    refused: model("rules", { baseModelName: "" }),
    message: "spec.baseModelName: Required value: baseModelName is required",
  },
  {
    name: "a LoRA adapter needs a source",
    accepted: model("rules", { modelType: "lora", source: { uri: "s3://bucket/path" } }),
    refused: model("rules", { modelType: "lora" }),
    message: "spec.source: Required value: source is required when modelType is 'lora'",
  },
  {
    name: "the source of a LoRA adapter is not empty",
    accepted: model("rules", { modelType: "base", source: { uri: "" } }),
    refused: model("rules", { modelType: "lora", source: { uri: "" } }),
    message:
      "spec.source.uri: Required value: source.uri must be specified when modelType is 'lora'",
  },
  {
    name: "the source of a LoRA adapter is in S3 or on Hugging Face",
    accepted: model("rules", { modelType: "lora", source: { uri: "hf://acme/tuned@main" } }),
    refused: model("rules", { modelType: "lora", source: { uri: "https://acme.com/tuned" } }),
    message: "source.uri must start with 's3://' or 'hf://', got: https://acme.com/tuned",
  },
  {
    name: "the replicas of a scaling adapter are not negative",
    accepted: adapter("rules", { replicas: 0, dgdRef: { name: "g", serviceName: "W" } }),
    refused: adapter("rules", { replicas: -1, dgdRef: { name: "g", serviceName: "W" } }),
    message: "spec.replicas in body should be greater than or equal to 0",
  },
  {
    name: "a scaling adapter names a graph and a service",
    accepted: adapter("rules", { replicas: 1, dgdRef: { name: "g", serviceName: "W" } }),
    refused: adapter("rules", { replicas: 1, dgdRef: { name: "g", serviceName: "" } }),
    message: "spec.dgdRef.serviceName in body should be at least 1 chars long",
  },
];

function numbered(howMany: number): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: howMany }, (_, index) => [`w${index}`, {}]));
}
