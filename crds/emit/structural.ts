import type { JsonSchema } from "../json_schema.ts";
import { quantitySchema } from "../fields/quantity_schema.ts";
import { firstSentence } from "./first_sentence.ts";

/** What `/openapi/v3/api/v1` of an API server holds, as far as it is read here. */
export interface OpenApiDocument {
  components: { schemas: Record<string, OpenApiSchema> };
}

/** A schema of the API server's OpenAPI, before it is made structural. */
export interface OpenApiSchema
  extends Omit<JsonSchema, "properties" | "items" | "anyOf" | "additionalProperties"> {
  $ref?: string;
  allOf?: OpenApiSchema[];
  oneOf?: OpenApiSchema[];
  properties?: Record<string, OpenApiSchema>;
  additionalProperties?: OpenApiSchema;
  items?: OpenApiSchema;
}

const REFERENCE_PREFIX = "#/components/schemas/";

/** Types which a CRD expresses in another way than the server's OpenAPI does. */
const REPLACEMENTS: Record<string, JsonSchema> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": quantitySchema,
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {
    anyOf: [{ type: "integer" }, { type: "string" }],
    "x-kubernetes-int-or-string": true,
  },
  // Of the metadata in a claim template only these two reach the claim; the rest belongs to stored
  // objects.
  "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": {
    type: "object",
    properties: {
      annotations: {
        description: "Annotations of the claim.",
        type: "object",
        additionalProperties: { type: "string" },
      },
      labels: {
        description: "Labels of the claim.",
        type: "object",
        additionalProperties: { type: "string" },
      },
    },
  },
};

/**
 * Keys copied as they are. Patch strategies and unions are unknown to CRDs; enums would refuse
 * values of newer servers.
 */
const COPIED_KEYS = [
  "type",
  "format",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-map-type",
] as const;

/**
 * Turns a named type of the API server's OpenAPI into a self-contained structural schema:
 * references are inlined, descriptions cut to their first sentence, and what CRDs may not contain
 * is left out.
 *
 * Throws an `Error` for a type that the document lacks and for a type that contains itself.
 */
export function structuralSchema(document: OpenApiDocument, typeName: string): JsonSchema {
  return inline(document, { $ref: REFERENCE_PREFIX + typeName }, []);
}

function inline(document: OpenApiDocument, schema: OpenApiSchema, path: string[]): JsonSchema {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (reference !== undefined) {
    return described(schema, resolve(document, reference, path));
  }
  const result: JsonSchema = Object.fromEntries(
    COPIED_KEYS.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]]),
  );
  if (schema.properties !== undefined) {
    const properties: Record<string, JsonSchema> = {};
    for (const [name, property] of Object.entries(schema.properties).toSorted(byKey)) {
      properties[name] = withDefault(
        inline(document, property, path),
        property.default,
        schema.required?.includes(name) ?? false,
      );
    }
    result.properties = properties;
  }
  if (schema.required !== undefined) result.required = schema.required.toSorted();
  if (schema.items !== undefined) result.items = inline(document, schema.items, path);
  if (schema.additionalProperties !== undefined) {
    result.additionalProperties = inline(document, schema.additionalProperties, path);
  }
  return described(schema, result);
}

function resolve(document: OpenApiDocument, reference: string, path: string[]): JsonSchema {
  const typeName = reference.slice(REFERENCE_PREFIX.length);
  const replacement = REPLACEMENTS[typeName];
  if (replacement !== undefined) return replacement;
  if (path.includes(typeName)) {
    throw new Error(
      `Cannot inline type "${typeName}": it contains itself through ${
        path.join(" → ")
      }, which a CRD cannot express`,
    );
  }
  const target = document.components.schemas[typeName];
  if (target === undefined) {
    throw new Error(`Cannot inline type "${typeName}": the OpenAPI document does not define it`);
  }
  return inline(document, target, [...path, typeName]);
}

/**
 * Keeps a default only where it means something: `""`, `0` and `{}` on required fields are
 * artefacts of Go's zero values and would make `required` ineffective.
 */
function withDefault(schema: JsonSchema, value: unknown, required: boolean): JsonSchema {
  if (required || value === undefined || typeof value === "object") return schema;
  return { ...schema, default: value };
}

/** The description at the place of use tells more than that of the type, so it wins. */
function described(at: OpenApiSchema, schema: JsonSchema): JsonSchema {
  if (at.description === undefined) return schema;
  const { description: _, ...rest } = schema;
  return { description: firstSentence(at.description), ...rest };
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
