import { z } from "zod";

/** Structural schema of a CRD: the subset of OpenAPI v3 that the API server accepts in a CRD. */
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
 * Converts a zod schema to a structural schema. Fields with a default are optional, because users may omit them.
 *
 * The result contains the metadata of the zod schema (`.meta()`), including `x-kubernetes-…` keys. Refinements and
 * transforms of zod are lost, because a CRD cannot express them. The custom kinds use CEL rules instead (`rules.ts`).
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
  // Serializing the result to JSON and parsing it again removes members that zod adds, such as methods.
  return JSON.parse(JSON.stringify(converted));
}
