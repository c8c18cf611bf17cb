import type { ListKey } from "../../kube/shape.ts";
import type { ShapeFile, StoredShape } from "../../kube/shape_file.ts";

/** The part of an OpenAPI v3 schema that decides how the API server merges and stores a value. */
export interface Schema {
  $ref?: string;
  allOf?: readonly Schema[];
  default?: unknown;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  [extension: `x-kubernetes-${string}`]: unknown;
}

export interface ShapeOptions {
  /** Schemas of the named types to which a `$ref` may refer. */
  schemas?: Readonly<Record<string, Schema>>;
  /** Short names, such as `core.v1.Container`, of types to keep in the result even if their shape is empty. */
  keptTypes?: ReadonlySet<string>;
}

const REFERENCE_PREFIX = "#/components/schemas/";
const QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
const MERGE_KEYS = ["x-kubernetes-list-type", "x-kubernetes-map-type"] as const;

/**
 * Returns the shapes of kinds (how the API server merges and stores their fields) from OpenAPI schemas. Omits `status`,
 * and plain values: fields that server-side apply replaces as a whole and stores unchanged.
 *
 * Throws an `Error` for a reference to an unknown type, for a type that contains itself, and for a schema that has both
 * a reference and a merge strategy.
 *
 * @param kinds schemas of whole objects, keyed by `apiVersion/kind`
 */
export function shapesOfSchemas(
  kinds: Readonly<Record<string, Schema>>,
  { schemas = {}, keptTypes = new Set() }: ShapeOptions = {},
): ShapeFile {
  const types = new Map<string, StoredShape>();
  const plainTypes = new Set<string>();
  const open: string[] = [];

  function ofType(reference: string): StoredShape | undefined {
    const name = reference.slice(REFERENCE_PREFIX.length);
    if (name === QUANTITY) return { quantity: "exact" };
    const schema = schemas[name];
    if (!schema) throw new Error(`Cannot find type "${name}": the OpenAPI document omits it`);
    const type = shortName(name);
    if (open.includes(type)) throw new Error(`Cannot shape type "${type}": it contains itself`);
    if (!types.has(type) && !plainTypes.has(type)) {
      open.push(type);
      const shape = ofSchema(schema) ?? (keptTypes.has(type) ? {} : undefined);
      open.pop();
      if (shape) types.set(type, shape);
      else plainTypes.add(type);
    }
    return types.has(type) ? { type } : undefined;
  }

  function ofSchema(schema: Schema): StoredShape | undefined {
    const reference = referenceOf(schema);
    if (reference !== undefined) {
      const ignored = MERGE_KEYS.find((key) => schema[key] !== undefined);
      if (!ignored) return ofType(reference);
      throw new Error(`Cannot shape a reference to "${reference}": "${ignored}" stands beside it`);
    }
    const fields = ofFields(schema.properties ?? {});
    const values = schema.additionalProperties && (ofSchema(schema.additionalProperties) ?? {});
    const each = values ?? (schema.items && ofSchema(schema.items));
    const shape: StoredShape = {
      ...mergeStrategy(schema, schemas),
      ...(isFilledIn(schema.default) && { filledIn: schema.default }),
      ...(fields && { fields }),
      ...(each && { each }),
    };
    return Object.keys(shape).length > 0 ? shape : undefined;
  }

  function ofFields(properties: Record<string, Schema>): Record<string, StoredShape> | undefined {
    const fields: [string, StoredShape][] = [];
    for (const [name, property] of Object.entries(properties).toSorted(byName)) {
      const shape = ofSchema(property);
      if (shape) fields.push([name, shape]);
    }
    return fields.length > 0 ? Object.fromEntries(fields) : undefined;
  }

  const kindShapes = Object.entries(kinds).toSorted(byName).map(([name, schema]) => {
    const { status: _, ...properties } = schema.properties ?? {};
    return [name, ofSchema({ ...schema, properties }) ?? {}];
  });
  return {
    ...(types.size > 0 && { types: Object.fromEntries([...types].toSorted(byName)) }),
    kinds: Object.fromEntries(kindShapes),
  };
}

/** Returns how server-side apply merges a list or an object with this schema. */
function mergeStrategy(
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
): Pick<StoredShape, "keys" | "set" | "atomic"> {
  if (schema["x-kubernetes-map-type"] === "atomic") return { atomic: true };
  if (schema["x-kubernetes-list-type"] === "set") return { set: true };
  const names = schema["x-kubernetes-list-map-keys"];
  if (!Array.isArray(names)) return {};
  const reference = schema.items && referenceOf(schema.items);
  const item = reference ? schemas[reference.slice(REFERENCE_PREFIX.length)] : schema.items;
  const keys = names.map((field: string): ListKey => {
    const absent = item?.properties?.[field]?.default;
    return { field, ...(typeof absent === "string" && absent !== "" && { absent }) };
  });
  return { keys };
}

/**
 * Returns whether a shape must contain this default. Returns false for zero values, because the API server treats them
 * as absent.
 */
function isFilledIn(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value) && Boolean(value);
}

function referenceOf({ $ref, allOf }: Schema): string | undefined {
  return $ref ?? allOf?.[0]?.$ref;
}

/** Returns `core.v1.Container` for `io.k8s.api.core.v1.Container`. */
function shortName(type: string): string {
  return type.replace(/^io\.k8s\.(?:api|apimachinery\.pkg\.apis)\./, "");
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
