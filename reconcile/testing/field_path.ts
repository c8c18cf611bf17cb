import type { JsonSchema } from "../../crds/json_schema.ts";

/**
 * Returns whether a path in a message, such as `spec.services[W].envs[A].value`, names a field of the schema. A key or
 * an index in brackets must exist in the object: `[A]` is the key of a map, or the name of a list item.
 */
export function isFieldPath(path: string, schema: JsonSchema, object: unknown): boolean {
  if (path === "") return true;
  const key = /^\.?([A-Za-z]+)(.*)$/s.exec(path);
  if (key) {
    const [, name = "", rest = ""] = key;
    const property = schema.properties?.[name];
    return property !== undefined && isFieldPath(rest, property, fieldOf(object, name));
  }
  const inside = schema.items ?? schema.additionalProperties;
  // Keys may contain brackets, so the function tries every key of the object.
  return inside !== undefined &&
    entriesOf(object).some(([key, value]) =>
      path.startsWith(`[${key}]`) && isFieldPath(path.slice(key.length + 2), inside, value)
    );
}

/** Returns the fields of an object, or the items of a list by their index and their name. */
function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  if (!Array.isArray(value)) return entries;
  return [...entries, ...entries.map(([, item]): [string, unknown] => [item?.name, item])];
}

function fieldOf(value: unknown, name: string): unknown {
  return entriesOf(value).find(([key]) => key === name)?.[1];
}
