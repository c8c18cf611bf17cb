import { z } from "zod";
import { AGE, type CustomKind } from "../custom_kind.ts";
import type { CustomObject } from "../custom_object.ts";
import { count } from "../fields/integer.ts";
import { dynamoGraphDeploymentScalingAdapterNames } from "../names.ts";
import { specIsRequired } from "../fields/spec_is_required.ts";

const scalingAdapterSpec = z.object({
  replicas: count("Wanted replicas of the service."),
  dgdRef: z.object({
    name: z.string().min(1).describe("Name of a graph in the same namespace."),
    serviceName: z.string().min(1).describe("Key of the service in the graph, case included."),
  }).describe("The service to scale."),
}).describe("The wanted scale.");

const scalingAdapterStatus = z.object({
  replicas: count("Replicas that were last handed to the graph.").optional(),
  selector: z.string().describe("Label selector of the service's pods, for autoscalers.")
    .optional(),
  lastScaleTime: z.string().meta({
    format: "date-time",
    description: "When the number of replicas was last changed in the graph.",
  }).optional(),
}).describe("The scale that was reached.");

export type ScalingAdapterSpec = z.input<typeof scalingAdapterSpec>;
export type ScalingAdapterStatus = z.input<typeof scalingAdapterStatus>;

/** Gives one service of a graph a scale subresource, which autoscalers need. */
export interface DynamoGraphDeploymentScalingAdapter extends CustomObject {
  spec: ScalingAdapterSpec;
  status?: ScalingAdapterStatus;
}

export const dynamoGraphDeploymentScalingAdapter: CustomKind = {
  names: dynamoGraphDeploymentScalingAdapterNames,
  shortNames: ["dgdsa"],
  versions: [
    {
      name: "v1alpha1",
      served: true,
      storage: true,
      description: "Lets an autoscaler set the number of replicas of one service of a graph.",
      spec: scalingAdapterSpec,
      status: scalingAdapterStatus,
      rules: [specIsRequired("spec.dgdRef and spec.replicas")],
      columns: [
        {
          name: "DGD",
          type: "string",
          jsonPath: ".spec.dgdRef.name",
          description: "Graph of the service.",
        },
        {
          name: "SERVICE",
          type: "string",
          jsonPath: ".spec.dgdRef.serviceName",
          description: "Service that is scaled.",
        },
        {
          name: "REPLICAS",
          type: "integer",
          jsonPath: ".status.replicas",
          description: "Replicas that were last handed to the graph.",
        },
        { ...AGE, name: "AGE" },
      ],
      scale: {
        specReplicasPath: ".spec.replicas",
        statusReplicasPath: ".status.replicas",
        labelSelectorPath: ".status.selector",
      },
    },
  ],
};
