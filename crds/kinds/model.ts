import { z } from "zod";
import type { CustomObject } from "../custom_object.ts";
import { conditions, observedGeneration, unobserved } from "../fields/condition.ts";
import { AGE, column, type CustomKind, V1ALPHA1 } from "../custom_kind.ts";
import { count } from "../fields/basic_types.ts";
import { dynamoModelNames } from "../names.ts";
import { immutable, required, type Rule, rules, specIsRequired } from "../fields/rules.ts";

const IS_LORA = "has(self.modelType) && self.modelType == 'lora'";
const NEW_MODEL = "cannot be changed after creation; delete the model and create it again";

function notEmpty(field: "modelName" | "baseModelName"): Rule {
  const message = `${field} is required; set it to the model's full name`;
  return required(field, `self.${field} != ''`, message);
}

const modelRules: Rule[] = [
  notEmpty("modelName"),
  notEmpty("baseModelName"),
  required(
    "source",
    `!(${IS_LORA}) || has(self.source)`,
    "source is required when modelType is 'lora'; set source.uri to the location of the weights",
  ),
  required(
    "source.uri",
    `!(${IS_LORA}) || !has(self.source) || self.source.uri != ''`,
    "source.uri must be specified when modelType is 'lora'; set it to the location of the weights",
  ),
  {
    rule:
      `!(${IS_LORA}) || !has(self.source) || self.source.uri == '' || self.source.uri.startsWith('s3://') || self.source.uri.startsWith('hf://')`,
    message: "source.uri must start with 's3://' or 'hf://'",
    messageExpression: "\"source.uri must start with 's3://' or 'hf://', got: \" + self.source.uri",
    fieldPath: ".source.uri",
  },
  immutable("modelType", `modelType is immutable and ${NEW_MODEL}`),
  immutable("baseModelName", `baseModelName is immutable and ${NEW_MODEL}`),
];

const modelSpec = z.object({
  modelName: z.string().describe("Full name of the model or adapter."),
  baseModelName: z.string().describe(
    "Full name of the base model. It must equal modelRef.name of the components that serve the base model. Immutable.",
  ),
  modelType: z.enum(["base", "lora", "adapter"]).describe(
    "Type of the model. The operator loads only models of type lora into running workers. Immutable.",
  ).default("base"),
  source: z.object({
    uri: z.string().describe(
      "Location of the weights: s3://BUCKET/PATH or hf://ORGANISATION/MODEL@REVISION.",
    ),
  }).describe("Source of the weights. Required if modelType is lora.").optional(),
}).meta({ description: "Desired state of the model.", ...rules(...modelRules) });

const modelStatus = z.object({
  observedGeneration: observedGeneration(
    "Generation of the model that the status describes; -1 before the first status.",
  ).optional(),
  readyEndpoints: count("Number of endpoints that have loaded the model."),
  totalEndpoints: count("Number of endpoints that serve the base model."),
  endpoints: z.array(
    z.object({
      address: z.string().describe("URL of the endpoint, such as http://10.0.1.5:9090."),
      podName: z.string().describe("Name of the pod of the endpoint.").optional(),
      ready: z.boolean().describe("Whether the endpoint has loaded the model."),
    }).describe("An endpoint that serves the base model."),
  ).describe("Endpoints that serve the base model.").optional(),
  adapter: z.object({
    modelName: z.string().describe("Name of the adapter."),
    uri: z.string().describe("Location of the weights."),
  }).describe(
    "Adapter that endpoints may have loaded. After a change of the spec, the operator unloads it before it loads the new one.",
  ).optional(),
  conditions: conditions("Conditions: ServicesFound, EndpointsReady and Ready.").optional(),
}).meta({
  description: "Observed state of the model.",
  ...unobserved({ readyEndpoints: 0, totalEndpoints: 0 }),
});

/** The observed state of a model. */
export type ModelStatus = z.input<typeof modelStatus>;

/** A model, or an adapter of a base model. */
export interface DynamoModel extends CustomObject {
  spec: z.input<typeof modelSpec>;
  status?: ModelStatus;
}

/** The API of DynamoModel. */
export const dynamoModel: CustomKind = {
  names: dynamoModelNames,
  shortNames: ["dm"],
  versions: [{
    ...V1ALPHA1,
    description:
      "A model, or an adapter that the operator loads into the workers of its base model.",
    spec: modelSpec,
    status: modelStatus,
    rules: [specIsRequired("spec.modelName and spec.baseModelName")],
    columns: [
      column("BaseModel", ".spec.baseModelName", "Name of the base model."),
      column("Type", ".spec.modelType", "Type of the model: base, lora or adapter."),
      column(
        "Ready",
        ".status.readyEndpoints",
        "Number of endpoints that have loaded the model.",
        "integer",
      ),
      column(
        "Total",
        ".status.totalEndpoints",
        "Number of endpoints that serve the base model.",
        "integer",
      ),
      AGE,
    ],
  }],
};
