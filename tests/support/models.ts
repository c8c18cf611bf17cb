import type { DynamoModel } from "../../crds/kinds/model.ts";
import { models } from "../../reconcile/dynamo/resources.ts";

/** Name of the base model of {@link loraModel}. No graph of the tests serves it. */
export const BASE_MODEL = "acme/base";

export function loraModel(metadata: Partial<DynamoModel["metadata"]> = {}): DynamoModel {
  return {
    apiVersion: models.apiVersion,
    kind: models.kind,
    metadata: { name: "tuned", ...metadata },
    spec: {
      modelName: "acme/tuned",
      baseModelName: BASE_MODEL,
      modelType: "lora",
      source: { uri: "s3://weights/tuned" },
    },
  };
}
