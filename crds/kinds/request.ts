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
  backend: backendFramework.describe("Inference engine to profile and deploy."),
  useMocker: z.boolean().describe("Whether the graph runs mocked workers, which need no GPU.")
    .default(false),
  enableGpuDiscovery: z.boolean().describe(
    "Whether the profiler reads the GPUs of the nodes itself. Needs an operator for the whole cluster.",
  ).default(false),
  autoApply: z.boolean().describe("Whether the graph is created once profiling has found it.")
    .default(false),
  profilingConfig,
  deploymentOverrides: z.object({
    name: z.string().describe("Name of the graph; the one that profiling gave if not given.")
      .optional(),
    namespace: z.string().describe("Namespace of the graph; that of the request if not given.")
      .optional(),
    labels: stringMap("Labels of the graph, which win over the operator's.").optional(),
    annotations: stringMap("Annotations of the graph, which win over the operator's.").optional(),
    workersImage: z.string().describe("Image of the workers in place of the one profiling used.")
      .optional(),
  }).describe("What to change in the graph that profiling finds.").optional(),
}).describe("What to look for.");

const requestStatus = z.object({
  observedGeneration: generation("Generation of the request that was accepted.").optional(),
  state: z.string().describe(
    "Pending, Profiling, Deploying, Ready, DeploymentDeleted or Failed; empty before the first look.",
  ).optional(),
  backend: z.string().describe("Inference engine of the request.").optional(),
  conditions: conditions("Validation, Profiling, SpecGenerated, DeploymentReady, and why not.")
    .optional(),
  profilingResults: z.string().describe("Where the results are, as configmap/NAME.").optional(),
  generatedDeployment: rawObject("The graph that profiling found, as a whole manifest.", {
    "x-kubernetes-embedded-resource": true,
  }).optional(),
  deployment: z.object({
    name: z.string().describe("Name of the graph.").optional(),
    namespace: z.string().describe("Namespace of the graph.").optional(),
    state: z.string().describe("State of the graph.").optional(),
    created: z.boolean().describe(
      "Whether the graph was created once; it is not created again after its deletion.",
    ).optional(),
  }).describe("The graph that was created.").optional(),
}).describe("How far the request is.");

export type RequestSpec = z.input<typeof requestSpec>;
export type RequestStatus = z.input<typeof requestStatus>;

/** Asks for the graph that serves a model within given latencies; profiling finds it. */
export interface DynamoGraphDeploymentRequest extends CustomObject {
  spec: RequestSpec;
  status?: RequestStatus;
}

export const dynamoGraphDeploymentRequest: CustomKind = {
  names: dynamoGraphDeploymentRequestNames,
  shortNames: ["dgdr"],
  versions: [
    {
      name: "v1alpha1",
      served: true,
      storage: true,
      description:
        "Asks for the graph that serves a model within given latencies; profiling finds it.",
      spec: requestSpec,
      status: requestStatus,
      rules: [specIsRequired("spec.model, spec.backend and spec.profilingConfig")],
      columns: [
        { name: "Model", type: "string", jsonPath: ".spec.model", description: "Model to deploy." },
        {
          name: "Backend",
          type: "string",
          jsonPath: ".status.backend",
          description: "Inference engine to deploy.",
        },
        {
          name: "State",
          type: "string",
          jsonPath: ".status.state",
          description: "How far the request is.",
        },
        {
          name: "DGD-State",
          type: "string",
          jsonPath: ".status.deployment.state",
          description: "State of the graph that was created.",
        },
        AGE,
      ],
    },
  ],
};
