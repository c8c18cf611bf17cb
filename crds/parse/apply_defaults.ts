import type { JsonSchema } from "../json_schema.ts";

/**
 * Returns the value with the defaults of its schema, as the API server stores it. A field that is null counts as
 * omitted. Unknown fields stay.
 *
 * See https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
 */
export function applyDefaults(value: unknown, schema: JsonSchema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.map((item) => applyDefaults(item, items)) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  const properties = new Map(Object.entries(schema.properties ?? {}));
  const result: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    const memberSchema = properties.get(name) ?? schema.additionalProperties;
    if (!memberSchema) result.push([name, member]);
    else if (member !== null && member !== undefined) {
      result.push([name, applyDefaults(member, memberSchema)]);
    }
  }
  const present = new Set(result.map(([name]) => name));
  for (const [name, property] of properties) {
    if (property.default === undefined || present.has(name)) continue;
    result.push([name, applyDefaults(structuredClone(property.default), property)]);
  }
  return Object.fromEntries(result);
}
