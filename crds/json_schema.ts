import { z } from "zod";

/** A structural schema: the part of OpenAPI v3 that a CRD may contain. */
export interface JsonSchema {
  type?: string;
  description?: string;
  format?: string;
  default?: unknown;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  required?: string[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  [extension: `x-kubernetes-${string}`]: unknown;
}

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
