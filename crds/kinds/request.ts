import { z } from "zod";
import { backendFramework } from "../fields/backend_framework.ts";
import { conditions } from "../fields/condition.ts";
import { AGE, type CustomKind } from "../custom_kind.ts";
import type { CustomObject } from "../custom_object.ts";
import { generation } from "../fields/integer.ts";
import { dynamoGraphDeploymentRequestNames } from "../names.ts";
import { profilingConfig } from "./profiling_config.ts";
import { rawObject } from "../fields/raw_object.ts";
import { specIsRequired } from "../fields/spec_is_required.ts";
import { stringMap } from "../fields/string_map.ts";

const requestSpec = z.object({
  model: z.string().describe("Model to deploy, such as Qwen/Qwen3-32B."),
  backend: backendFramework.describe("Inference framework to profile and deploy."),
  useMocker: z.boolean().describe("Whether the graph runs mock workers, which do not need GPUs.")
    .default(false),
  enableGpuDiscovery: z.boolean().describe(
    "Whether the profiler discovers the GPUs of the nodes. It requires a cluster-wide operator.",
  ).default(false),
  autoApply: z.boolean().describe("Whether the operator creates the graph after profiling.")
    .default(false),
  profilingConfig,
  deploymentOverrides: z.object({
    name: z.string().describe("Name of the graph. Defaults to the name that profiling generates.")
      .optional(),
    namespace: z.string().describe(
      "Namespace of the graph. Defaults to the namespace of the request.",
    )
      .optional(),
    labels: stringMap("Labels of the graph. They replace labels of the operator.").optional(),
    annotations: stringMap("Annotations of the graph. They replace annotations of the operator.")
      .optional(),
    workersImage: z.string().describe(
      "Container image of the workers. Defaults to the image that profiling used.",
    )
      .optional(),
  }).describe("Changes to the graph that profiling generates.").optional(),
}).describe("Desired state of the request.");

const requestStatus = z.object({
  observedGeneration: generation("Generation of the request that the operator accepted.")
    .optional(),
  state: z.string().describe(
    "State of the request: Pending, Profiling, Deploying, Ready, DeploymentDeleted or Failed. Empty before the first reconciliation.",
  ).optional(),
  backend: z.string().describe("Inference framework of the request.").optional(),
  conditions: conditions("Conditions: Validation, Profiling, SpecGenerated and DeploymentReady.")
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
      "Whether the operator has created the graph. It does not create the graph again after a deletion.",
    ).optional(),
  }).describe("The created graph.").optional(),
}).describe("Observed state of the request.");

/** The desired state of a request. */
export type RequestSpec = z.input<typeof requestSpec>;
/** The observed state of a request. */
export type RequestStatus = z.input<typeof requestStatus>;

/** A request for a graph that serves a model within given latencies. A profiling Job finds the graph. */
export interface DynamoGraphDeploymentRequest extends CustomObject {
  spec: RequestSpec;
  status?: RequestStatus;
}

/** The API of DynamoGraphDeploymentRequest. */
export const dynamoGraphDeploymentRequest: CustomKind = {
  names: dynamoGraphDeploymentRequestNames,
  shortNames: ["dgdr"],
  versions: [
    {
      name: "v1alpha1",
      served: true,
      storage: true,
      description:
        "A request for a graph that serves a model within given latencies. A profiling Job finds the graph.",
      spec: requestSpec,
      status: requestStatus,
      rules: [specIsRequired("spec.model, spec.backend and spec.profilingConfig")],
      columns: [
        { name: "Model", type: "string", jsonPath: ".spec.model", description: "Model to deploy." },
        {
          name: "Backend",
          type: "string",
          jsonPath: ".status.backend",
          description: "Inference framework to deploy.",
        },
        {
          name: "State",
          type: "string",
          jsonPath: ".status.state",
          description: "State of the request.",
        },
        {
          name: "DGD-State",
          type: "string",
          jsonPath: ".status.deployment.state",
          description: "State of the created graph.",
        },
        AGE,
      ],
    },
  ],
};
