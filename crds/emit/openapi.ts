import { z } from "zod";
import type { JsonSchema } from "../json_schema.ts";

/**
 * The structural schema of a zod schema, as users write it: fields with a default are optional.
 *
 * Metadata of the zod schema (`.meta()`) is copied, `x-kubernetes-…` keys included. Refinements
 * and transforms cannot be expressed and would be lost, so schemas of this API use CEL rules instead
 * (`rules.ts`).
 *
 * Throws an `Error` for a schema that contains itself.
 */
export function openApiSchema(schema: z.ZodType): JsonSchema {
  const converted = z.toJSONSchema(schema, {
    target: "openapi-3.0",
    io: "input",
    unrepresentable: "any",
    cycles: "throw",
    reused: "inline",
  });
  // Through JSON, because zod adds members that are none of the schema, such as its own methods.
  return JSON.parse(JSON.stringify(converted));
}
