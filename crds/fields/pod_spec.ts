import type { JsonSchema } from "../json_schema.ts";
import generated from "./pod_spec.generated.json" with { type: "json" };

/** The schema of a PodSpec from the OpenAPI of the API server. `deno task generate:openapi` writes the file. */
export const podSpecSchema: JsonSchema = generated;

/**
 * Returns the schema at a path. A step is the name of a property, or `*` for the items of a list or values of a map.
 *
 * Throws an `Error` that names the first step that does not exist.
 */
export function schemaAt(schema: JsonSchema, path: string[]): JsonSchema {
  return path.reduce((at, step) => {
    const next = step === "*" ? at.items ?? at.additionalProperties : at.properties?.[step];
    if (next === undefined) {
      throw new Error(
        `Cannot find "${path.join(".")}" in the schema: "${step}" does not exist`,
      );
    }
    return next;
  }, schema);
}
