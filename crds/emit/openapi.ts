import { z } from "zod";
import type { JsonSchema } from "../json_schema.ts";

/**
 * Returns the structural schema of a zod schema for the input of users: fields with a default are optional.
 *
 * The metadata of the zod schema (`.meta()`) is copied, including `x-kubernetes-…` keys. Refinements and transforms would
 * be lost, because a CRD cannot express them. The schemas of this API use rules in CEL instead (`rules.ts`).
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
  // The copy through JSON drops members that zod adds, such as methods.
  return JSON.parse(JSON.stringify(converted));
}
