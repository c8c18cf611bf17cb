import { z } from "zod";
import { backendFramework } from "./component_spec.ts";
import { conditions, observedGeneration, unobserved } from "../fields/condition.ts";
import { AGE, column, type CustomKind, V1ALPHA1 } from "../custom_kind.ts";
import type { CustomObject } from "../custom_object.ts";
import { rawObject, stringMap } from "../fields/basic_types.ts";
import { dynamoGraphDeploymentRequestNames, MAX_REQUEST_NAME } from "../names.ts";
import { resourceRequirements, tolerations } from "../fields/pod_spec.ts";
import { required, type Rule, rules, specIsRequired } from "../fields/rules.ts";

const profilingConfig = z.object({
  profilerImage: z.string().describe("Container image of the profiler."),
  config: rawObject("Configuration of the profiler. The operator passes it on unchanged.", {
    minProperties: 1,
  }).optional(),
  configMapRef: z.object({
    name: z.string().describe("Name of the ConfigMap."),
    key: z.string().describe("Key of the manifest in the ConfigMap.").default("disagg.yaml"),
  }).describe("ConfigMap with the graph from which profiling starts.").optional(),
  outputPVC: z.string().describe(
    "Name of a PersistentVolumeClaim for the files of the profiler. If it is omitted, the files are lost with the pod.",
  ).optional(),
  resources: resourceRequirements("Resources of the profiler container.").optional(),
  tolerations: tolerations("Tolerations of the profiling pod.").optional(),
}).meta({
  description: "Settings of the profiling Job.",
  ...rules(
    required(
      "profilerImage",
      "self.profilerImage != ''",
      "profilerImage is required; set it to the image of the profiler",
    ),
    required(
      "config",
      "has(self.config)",
      "config is required and must not be empty; set it to the configuration of the profiler",
    ),
  ),
});

const requestSpec = z.object({
  model: z.string().describe("Model to deploy, such as Qwen/Qwen3-32B."),
  backend: backendFramework.describe("Inference framework to profile and deploy."),
  useMocker: z.boolean().describe("Whether the graph runs mock workers, which do not need GPUs.")
    .default(false),
  enableGpuDiscovery: z.boolean().describe(
    "Whether the profiler discovers the GPUs of the nodes. Discovery requires a cluster-wide operator.",
  ).default(false),
  autoApply: z.boolean().describe("Whether the operator creates the graph after profiling.")
    .default(false),
  profilingConfig,
  deploymentOverrides: z.object({
    name: z.string().describe("Name of the graph. Defaults to the name that profiling generates.")
      .optional(),
    namespace: z.string().describe(
      "Namespace of the graph. Defaults to the namespace of the request.",
    ).optional(),
    labels: stringMap("Labels of the graph. They override labels that the operator sets.")
      .optional(),
    annotations: stringMap(
      "Annotations of the graph. They override annotations that the operator sets.",
    )
      .optional(),
    workersImage: z.string().describe(
      "Container image of the workers. Defaults to the image that profiling used.",
    ).optional(),
  }).describe("Changes to the graph that profiling generates.").optional(),
}).describe("Desired state of the request.");

const requestStatus = z.object({
  observedGeneration: observedGeneration(
    "Generation of the request that the operator has accepted; -1 before the first status.",
  ).optional(),
  state: z.string().describe(
    "State of the request: Pending, Profiling, Deploying, Ready, DeploymentDeleted or Failed. Empty before the first reconciliation.",
  ).optional(),
  backend: z.string().describe("Inference framework of the request.").optional(),
  conditions: conditions(
    "Conditions: Ready, Validation, Profiling, SpecGenerated and DeploymentReady.",
  )
    .optional(),
  profilingResults: z.string().describe("Location of the profiling results, as configmap/NAME.")
    .optional(),
  generatedDeployment: rawObject("Manifest of the graph that profiling generated.", {
    "x-kubernetes-embedded-resource": true,
  }).optional(),
  deployment: z.object({
    name: z.string().describe("Name of the graph.").optional(),
    namespace: z.string().describe("Namespace of the graph.").optional(),
    state: z.string().describe("State of the graph.").optional(),
    created: z.boolean().describe(
      "Whether the operator has created the graph. If the graph is deleted, the operator does not create it again.",
    ).optional(),
  }).describe("The created graph.").optional(),
}).meta({ description: "Observed state of the request.", ...unobserved() });

/** The desired state of a request. */
export type RequestSpec = z.input<typeof requestSpec>;
/** The observed state of a request. */
export type RequestStatus = z.input<typeof requestStatus>;

/** A request for a graph. A profiling Job generates the graph. */
export interface DynamoGraphDeploymentRequest extends CustomObject {
  spec: RequestSpec;
  status?: RequestStatus;
}

/**
 * Fields that cannot change after profiling has started, because the profiling result is valid only for the original
 * values.
 */
const IMMUTABLE = [
  ...["model", "backend", "useMocker", "enableGpuDiscovery", "autoApply", "deploymentOverrides"],
  ...["profilerImage", "configMapRef", "outputPVC", "resources", "tolerations"]
    .map((field) => `profilingConfig.${field}`),
].map((field) => {
  const [now, before] = [`self.spec.${field}`, `oldSelf.value().spec.${field}`];
  return `has(${now}) == has(${before}) && (!has(${now}) || ${now} == ${before})`;
});

/**
 * Rejects changes to the spec after profiling has started. The rule checks the whole object, because only such rules
 * can read the status. `profilingConfig.config` has no schema, so CEL cannot compare it. The operator itself detects
 * changes to this field.
 */
const startedSpecIsImmutable: Rule = {
  rule: [
    "!oldSelf.hasValue()",
    "!has(oldSelf.value().status) || !has(oldSelf.value().status.state)",
    "!(oldSelf.value().status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted'])",
    "!has(self.spec)",
    "!has(oldSelf.value().spec)",
    `(${IMMUTABLE.join(" && ")})`,
  ].join(" || "),
  message:
    "spec is immutable after profiling has started; delete the request and create it again to profile another spec",
  fieldPath: ".spec",
  reason: "FieldValueForbidden",
  optionalOldSelf: true,
};

/** Refuses a new request if its name is too long. The Job of such a request could not create pods. */
const nameFitsJob: Rule = {
  rule: `oldSelf.hasValue() || size(self.metadata.name) <= ${MAX_REQUEST_NAME}`,
  message:
    `metadata.name may have at most ${MAX_REQUEST_NAME} characters, because the Job is named profile-NAME; shorten it`,
  optionalOldSelf: true,
};

/** The API of DynamoGraphDeploymentRequest. */
export const dynamoGraphDeploymentRequest: CustomKind = {
  names: dynamoGraphDeploymentRequestNames,
  shortNames: ["dgdr"],
  versions: [{
    ...V1ALPHA1,
    description:
      "A request for a graph that serves a model and meets the given latency targets. A profiling Job generates the manifest of the graph.",
    spec: requestSpec,
    status: requestStatus,
    rules: [
      specIsRequired("spec.model, spec.backend and spec.profilingConfig"),
      startedSpecIsImmutable,
      nameFitsJob,
    ],
    columns: [
      column("Model", ".spec.model", "Model to deploy."),
      column("Backend", ".status.backend", "Inference framework to deploy."),
      column("State", ".status.state", "State of the request."),
      column("DGD-State", ".status.deployment.state", "State of the created graph."),
      AGE,
    ],
  }],
};
