import type { JsonSchema } from "../json_schema.ts";
import generated from "./pod_spec.generated.json" with { type: "json" };

/** The schema of a PodSpec as the API server publishes it; see `generate/pod_spec.ts`. */
export const podSpecSchema: JsonSchema = generated;

/**
 * Walks down a schema: a name enters a property, `*` the items of a list or the values of a map.
 *
 * Throws an `Error` that names the step which leads nowhere.
 */
export function schemaAt(schema: JsonSchema, path: string[]): JsonSchema {
  return path.reduce((at, step) => {
    const next = step === "*" ? at.items ?? at.additionalProperties : at.properties?.[step];
    if (next === undefined) {
      throw new Error(
        `Cannot find "${path.join(".")}" in the schema: there is nothing at "${step}"`,
      );
    }
    return next;
  }, schema);
}
