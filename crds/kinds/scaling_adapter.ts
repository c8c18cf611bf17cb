import { z } from "zod";
import { AGE, column, type CustomKind, V1ALPHA1 } from "../custom_kind.ts";
import type { CustomObject } from "../custom_object.ts";
import { count } from "../fields/basic_types.ts";
import { conditions, observedGeneration, unobserved } from "../fields/condition.ts";
import { dynamoGraphDeploymentScalingAdapterNames } from "../names.ts";
import { specIsRequired } from "../fields/rules.ts";

const scalingAdapterSpec = z.object({
  replicas: count("Desired number of replicas of the service."),
  dgdRef: z.object({
    name: z.string().min(1).describe("Name of a graph in the same namespace."),
    serviceName: z.string().min(1).describe(
      "Key of the service in spec.services of the graph. The key is case-sensitive.",
    ),
  }).describe("Reference to the service to scale."),
}).describe("Desired scale of the service.");

const scalingAdapterStatus = z.object({
  observedGeneration: observedGeneration(
    "Generation of the adapter that the status describes; -1 before the first status.",
  ).optional(),
  conditions: conditions("Conditions: Ready.").optional(),
  replicas: count("Number of replicas that the operator last wrote to the graph.").optional(),
  selector: z.string().describe("Label selector of the pods of the service, for autoscalers.")
    .optional(),
  lastScaleTime: z.string().meta({
    format: "date-time",
    description: "Time when the operator last changed the number of replicas in the graph.",
  }).optional(),
}).meta({ description: "Observed scale of the service.", ...unobserved() });

/** The observed state of a scaling adapter. */
export type ScalingAdapterStatus = z.input<typeof scalingAdapterStatus>;

/** A scaling adapter. The operator creates one for each service whose `scalingAdapter.enabled` is true. */
export interface DynamoGraphDeploymentScalingAdapter extends CustomObject {
  spec: z.input<typeof scalingAdapterSpec>;
  status?: ScalingAdapterStatus;
}

/** The API of DynamoGraphDeploymentScalingAdapter. */
export const dynamoGraphDeploymentScalingAdapter: CustomKind = {
  names: dynamoGraphDeploymentScalingAdapterNames,
  shortNames: ["dgdsa"],
  versions: [{
    ...V1ALPHA1,
    description:
      "A scale subresource for one service of a graph, so that an autoscaler can set its replicas.",
    spec: scalingAdapterSpec,
    status: scalingAdapterStatus,
    rules: [specIsRequired("spec.dgdRef and spec.replicas")],
    columns: [
      column("DGD", ".spec.dgdRef.name", "Name of the graph."),
      column("SERVICE", ".spec.dgdRef.serviceName", "Key of the service in the graph."),
      column(
        "REPLICAS",
        ".status.replicas",
        "Number of replicas that the operator last wrote to the graph.",
        "integer",
      ),
      { ...AGE, name: "AGE" },
    ],
    scale: {
      specReplicasPath: ".spec.replicas",
      statusReplicasPath: ".status.replicas",
      labelSelectorPath: ".status.selector",
    },
  }],
};
