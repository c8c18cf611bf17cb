import type { JsonSchema } from "../../crds/json_schema.ts";
import { quantitySchema } from "../../crds/fields/quantity.ts";
import { firstSentence } from "./first_sentence.ts";

/** OpenAPI document that an API server publishes at `/openapi/v3/api/v1`, with only the fields that this file uses. */
export interface OpenApiDocument {
  components: { schemas: Record<string, OpenApiSchema> };
}

/** A schema of an OpenAPI document. Unlike the structural schema of a CRD, it can contain references and `allOf`. */
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

/** Types that a CRD expresses differently from the OpenAPI document. */
const REPLACEMENTS: Record<string, JsonSchema> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": quantitySchema,
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {
    anyOf: [{ type: "integer" }, { type: "string" }],
    "x-kubernetes-int-or-string": true,
  },
  // Kubernetes copies only labels and annotations from a volume claim template, and ignores its other metadata.
  "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": {
    type: "object",
    properties: {
      annotations: {
        description: "Annotations of the PersistentVolumeClaim.",
        type: "object",
        additionalProperties: { type: "string" },
      },
      labels: {
        description: "Labels of the PersistentVolumeClaim.",
        type: "object",
        additionalProperties: { type: "string" },
      },
    },
  },
};

/**
 * Schema keys to copy. The list omits patch strategies and unions, which CRDs do not support. The list also omits
 * enums, which would reject values that later versions of Kubernetes allow.
 */
const COPIED_KEYS = [
  "type",
  "format",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-map-type",
] as const;

/**
 * Returns a named type of an OpenAPI document as a structural schema. The function inlines references, shortens
 * descriptions to their first sentence, and omits keys that a CRD must not contain.
 *
 * Throws an `Error` for a type that the document does not define, and for a type that contains itself.
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
 * Adds the default of a field to its schema, except for required fields and for defaults that are objects. These
 * defaults in the OpenAPI document are zero values of Go (`""`, `0`, `{}`), and would make `required` ineffective.
 */
function withDefault(schema: JsonSchema, value: unknown, required: boolean): JsonSchema {
  if (required || value === undefined || typeof value === "object") return schema;
  return { ...schema, default: value };
}

/** Returns the schema with the description of the field, which is more specific than the description of the type. */
function described(at: OpenApiSchema, schema: JsonSchema): JsonSchema {
  if (at.description === undefined) return schema;
  const { description: _, ...rest } = schema;
  return { description: firstSentence(at.description), ...rest };
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
