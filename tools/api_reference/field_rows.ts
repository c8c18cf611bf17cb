import type { JsonSchema } from "../../crds/json_schema.ts";
import { kubernetesType } from "./kubernetes_types.ts";
import { requirements } from "./requirements.ts";

/** Row of a table in the API reference. It describes one field. */
export interface FieldRow {
  /** Path from the root of the object, such as `spec.services.<name>.replicas`. */
  path: string;
  type: string;
  required: boolean;
  /** Default value as JSON; "" for a field without a default. */
  preset: string;
  description: string;
  /** Constraints in addition to the type. */
  requirements: string[];
}

/**
 * Returns the rows of all fields below an object, each field before its children. If Kubernetes defines the type of a
 * field, the result omits the children of the field, because Kubernetes documents them.
 */
export function fieldRows(schema: JsonSchema, path: string): FieldRow[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([name, field]) =>
    rowsOf(field, `${path}.${name}`, required.includes(name))
  );
}

function rowsOf(field: JsonSchema, path: string, required: boolean): FieldRow[] {
  const row: FieldRow = {
    path,
    type: typeName(field),
    required,
    preset: field.default === undefined ? "" : JSON.stringify(field.default),
    description: field.description ?? "",
    requirements: requirements(field),
  };
  return [row, ...inside(field, path)];
}

function inside(field: JsonSchema, path: string): FieldRow[] {
  if (kubernetesType(field)) return [];
  if (field.items) return elements(field.items, `${path}[]`);
  if (field.additionalProperties) return elements(field.additionalProperties, `${path}.<name>`);
  return fieldRows(field, path);
}

/** Returns the rows for a list element or map value: the element itself if it has constraints, then its fields. */
function elements(element: JsonSchema, path: string): FieldRow[] {
  const [row, ...rows] = rowsOf(element, path, false);
  return row && row.requirements.length > 0 ? [row, ...rows] : rows;
}

/** Returns the type of a field in Markdown. */
function typeName(field: JsonSchema): string {
  const known = kubernetesType(field);
  if (known) return `[${known.name}](${known.url})`;
  if (field["x-kubernetes-int-or-string"]) return "integer or string";
  if (field.items) return `list of ${typeName(field.items)}`;
  if (field.additionalProperties) return `map of ${typeName(field.additionalProperties)}`;
  if (field.format === "date-time") return "time";
  if (field.type === "object" && !field.properties) return "any object";
  return field.type ?? "any value";
}
