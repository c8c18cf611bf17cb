import { z } from "zod";
import { conditions } from "../fields/condition.ts";
import { AGE, type CustomKind } from "../custom_kind.ts";
import type { CustomObject } from "../custom_object.ts";
import { count } from "../fields/integer.ts";
import { modelRules } from "./model_rules.ts";
import { dynamoModelNames } from "../names.ts";
import { rules } from "../fields/rules.ts";
import { specIsRequired } from "../fields/spec_is_required.ts";

const modelSpec = z.object({
  modelName: z.string().describe("Full name of the model or adapter."),
  baseModelName: z.string().describe(
    "Base model, equal to modelRef.name of the components that serve it. Immutable.",
  ),
  modelType: z.enum(["base", "lora", "adapter"]).describe(
    "Type of the model. The operator loads only lora into running workers. Immutable.",
  ).default("base"),
  source: z.object({
    uri: z.string().describe(
      "Location of the weights: s3://BUCKET/PATH or hf://ORGANISATION/MODEL@REVISION.",
    ),
  }).describe("Source of the weights of an adapter.").optional(),
}).meta({ description: "Desired state of the model.", ...rules(...modelRules) });

const modelStatus = z.object({
  readyEndpoints: count("Number of endpoints that have loaded the model."),
  totalEndpoints: count("Number of endpoints that serve the base model."),
  endpoints: z.array(
    z.object({
      address: z.string().describe("URL of the endpoint, such as http://10.0.1.5:9090."),
      podName: z.string().describe("Name of the pod of the endpoint.").optional(),
      ready: z.boolean().describe("Whether the endpoint has loaded the model."),
    }).describe("An endpoint."),
  ).describe("Endpoints that serve the base model.").optional(),
  conditions: conditions("Conditions: ServicesFound and EndpointsReady.").optional(),
}).describe("Observed state of the model.");

/** The desired state of a model. */
export type ModelSpec = z.input<typeof modelSpec>;
/** The observed state of a model. */
export type ModelStatus = z.input<typeof modelStatus>;

/** A model, or an adapter that the operator loads into the workers of its base model. */
export interface DynamoModel extends CustomObject {
  spec: ModelSpec;
  status?: ModelStatus;
}

/** The API of DynamoModel. */
export const dynamoModel: CustomKind = {
  names: dynamoModelNames,
  shortNames: ["dm"],
  versions: [
    {
      name: "v1alpha1",
      served: true,
      storage: true,
      description:
        "A model, or an adapter that the operator loads into the workers of its base model.",
      spec: modelSpec,
      status: modelStatus,
      rules: [specIsRequired("spec.modelName and spec.baseModelName")],
      columns: [
        {
          name: "BaseModel",
          type: "string",
          jsonPath: ".spec.baseModelName",
          description: "Name of the base model.",
        },
        {
          name: "Type",
          type: "string",
          jsonPath: ".spec.modelType",
          description: "Type of the model: base, lora or adapter.",
        },
        {
          name: "Ready",
          type: "integer",
          jsonPath: ".status.readyEndpoints",
          description: "Number of endpoints that have loaded the model.",
        },
        {
          name: "Total",
          type: "integer",
          jsonPath: ".status.totalEndpoints",
          description: "Number of endpoints that serve the base model.",
        },
        AGE,
      ],
    },
  ],
};
