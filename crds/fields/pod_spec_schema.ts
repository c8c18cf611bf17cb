import type { JsonSchema } from "../json_schema.ts";
import generated from "./pod_spec.generated.json" with { type: "json" };

/** The schema of a PodSpec. `deno task generate:openapi` generates it from the API server's OpenAPI document. */
export const podSpecSchema: JsonSchema = generated;

/**
 * Returns the subschema at a path. A step is a property name, or `*` for the items of a list or the values of a map.
 *
 * Throws an `Error` if a step does not exist. The message names the first such step.
 */
export function schemaAt(schema: JsonSchema, path: string[]): JsonSchema {
  return path.reduce((at, step) => {
    const next = step === "*" ? at.items ?? at.additionalProperties : at.properties?.[step];
    if (next === undefined) {
      throw new Error(`Cannot find "${path.join(".")}" in the schema: "${step}" does not exist`);
    }
    return next;
  }, schema);
}
