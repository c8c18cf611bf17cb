import type FastCheck from "fast-check";
import type { JsonSchema } from "../json_schema.ts";

type Arbitrary<T> = FastCheck.Arbitrary<T>;
type Fields = Record<string, unknown>;

export interface SchemaArbitraryOptions {
  /**
   * Returns the generator for the field at a path, such as `services.*.replicas`. `*` is any item of a list or any
   * value of a map. The default is `derived`, which generates every value that the schema accepts.
   */
  adjust?(path: string, derived: Arbitrary<unknown>, schema: JsonSchema): Arbitrary<unknown>;
  /** Returns the average number of optional fields in the object at a path; 2 by default. */
  fieldsAt?(path: string): number;
}

const DEFAULT_FIELDS = 2;
const MAX_ITEMS = 3;
/** Most generated integers exceed their minimum by at most this value, because larger ones rarely reveal more bugs. */
const USUAL_RANGE = 9;
const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const INT64 = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };

/**
 * Returns a generator of values that the schema accepts. The generator ignores CEL rules. The schema must be a result
 * of `openApiSchema`. An optional field is usually absent, and shrinking removes optional fields first.
 */
export function schemaArbitrary(
  fc: typeof FastCheck,
  root: JsonSchema,
  { adjust = (_path, derived) => derived, fieldsAt = () => DEFAULT_FIELDS }:
    SchemaArbitraryOptions = {},
): Arbitrary<unknown> {
  return at(root, "");

  function at(schema: JsonSchema, path: string): Arbitrary<unknown> {
    return adjust(path, derivedFrom(schema, path), schema);
  }

  function derivedFrom(schema: JsonSchema, path: string): Arbitrary<unknown> {
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if (schema.anyOf) return fc.oneof(integer(schema), text(schema));
    switch (schema.type) {
      case "string":
        return text(schema);
      case "integer":
      case "number":
        return integer(schema);
      case "boolean":
        return fc.boolean();
      case "array":
        return list(schema, path);
      case "object":
        return object(schema, path);
    }
    return fc.jsonValue();
  }

  function text({ pattern, minLength = 0, maxLength = Infinity }: JsonSchema): Arbitrary<string> {
    if (pattern === undefined) {
      const bounds = { minLength, ...(maxLength < Infinity && { maxLength }) };
      return fc.oneof(
        { weight: 4, arbitrary: fc.string(bounds) },
        { weight: 1, arbitrary: fc.string({ ...bounds, unit: "binary" }) },
      );
    }
    return fc.stringMatching(new RegExp(pattern))
      .filter(({ length }) => length >= minLength && length <= maxLength);
  }

  function integer({ format, minimum, maximum }: JsonSchema): Arbitrary<number> {
    const limits = format === "int64" ? INT64 : INT32;
    const { min, max } = { min: minimum ?? limits.min, max: maximum ?? limits.max };
    const least = minimum ?? 0;
    return fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: least, max: Math.min(max, least + USUAL_RANGE) }) },
      { weight: 1, arbitrary: fc.integer({ min, max }) },
    );
  }

  function list(schema: JsonSchema, path: string): Arbitrary<unknown[]> {
    const { items = {}, minItems: minLength = 0, maxItems = MAX_ITEMS } = schema;
    const item = at(items, join(path, "*"));
    const bounds = { minLength, maxLength: Math.max(minLength, Math.min(maxItems, MAX_ITEMS)) };
    const type = schema["x-kubernetes-list-type"];
    if (type !== "map" && type !== "set") return fc.array(item, bounds);
    const keys = schema["x-kubernetes-list-map-keys"] as string[] | undefined;
    const selector = (value: unknown) =>
      JSON.stringify(keys?.map((key) => (value as Fields)[key] ?? defaultOf(items, key)) ?? value);
    return fc.uniqueArray(item, { ...bounds, selector });
  }

  function object(schema: JsonSchema, path: string): Arbitrary<unknown> {
    const { properties, additionalProperties, required = [] } = schema;
    if (!properties) {
      const { minProperties: minKeys = 0, maxProperties = MAX_ITEMS } = schema;
      const maxKeys = Math.max(minKeys, Math.min(maxProperties, MAX_ITEMS));
      const value = additionalProperties
        ? at(additionalProperties, join(path, "*"))
        : fc.jsonValue();
      return fc.dictionary(fc.string({ minLength: 1 }), value, { minKeys, maxKeys });
    }
    const optional = Object.keys(properties).length - required.length;
    const share = Math.min(0.5, fieldsAt(path) / Math.max(1, optional));
    const fields = Object.entries(properties).map(([name, property]) => {
      const value = at(property, join(path, name));
      return [name, required.includes(name) ? value : sometimes(value, share)] as const;
    });
    return fc.record(Object.fromEntries(fields), { noNullPrototype: true }).map(present);
  }

  function sometimes(value: Arbitrary<unknown>, share: number): Arbitrary<unknown> {
    const weight = Math.round(share * 100);
    if (weight === 0) return fc.constant(undefined);
    return fc.oneof(
      { withCrossShrink: true },
      { weight: 100 - weight, arbitrary: fc.constant(undefined) },
      { weight, arbitrary: value },
    );
  }
}

function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function defaultOf({ properties }: JsonSchema, name: string): unknown {
  return properties?.[name]?.default;
}

function join(path: string, step: string): string {
  return path === "" ? step : `${path}.${step}`;
}
