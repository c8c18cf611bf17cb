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
    "Base model, as the modelRef of the components that serve it names it. It cannot be changed later.",
  ),
  modelType: z.enum(["base", "lora", "adapter"]).describe(
    "What the model is; only lora is loaded into running workers. It cannot be changed later.",
  ).default("base"),
  source: z.object({
    uri: z.string().describe("s3://BUCKET/PATH or hf://ORGANISATION/MODEL@REVISION."),
  }).describe("Where the weights of an adapter come from.").optional(),
}).meta({ description: "The model.", ...rules(...modelRules) });

const modelStatus = z.object({
  readyEndpoints: count("Endpoints that have loaded the model."),
  totalEndpoints: count("Endpoints that were found."),
  endpoints: z.array(
    z.object({
      address: z.string().describe("URL of the endpoint, such as http://10.0.1.5:9090."),
      podName: z.string().describe("Pod behind the endpoint.").optional(),
      ready: z.boolean().describe("Whether the endpoint has loaded the adapter."),
    }).describe("One endpoint."),
  ).describe("The endpoints that serve the base model.").optional(),
  conditions: conditions("ServicesFound, EndpointsReady, and why not.").optional(),
}).describe("Where the model is served.");

export type ModelSpec = z.input<typeof modelSpec>;
export type ModelStatus = z.input<typeof modelStatus>;

/** A model, or an adapter to be loaded into the workers of its base model. */
export interface DynamoModel extends CustomObject {
  spec: ModelSpec;
  status?: ModelStatus;
}

export const dynamoModel: CustomKind = {
  names: dynamoModelNames,
  shortNames: ["dm"],
  versions: [
    {
      name: "v1alpha1",
      served: true,
      storage: true,
      description: "A model, or an adapter to be loaded into the workers of its base model.",
      spec: modelSpec,
      status: modelStatus,
      rules: [specIsRequired("spec.modelName and spec.baseModelName")],
      columns: [
        {
          name: "BaseModel",
          type: "string",
          jsonPath: ".spec.baseModelName",
          description: "Base model.",
        },
        { name: "Type", type: "string", jsonPath: ".spec.modelType", description: "base or lora." },
        {
          name: "Ready",
          type: "integer",
          jsonPath: ".status.readyEndpoints",
          description: "Endpoints that have loaded the model.",
        },
        {
          name: "Total",
          type: "integer",
          jsonPath: ".status.totalEndpoints",
          description: "Endpoints that were found.",
        },
        AGE,
      ],
    },
  ],
};
