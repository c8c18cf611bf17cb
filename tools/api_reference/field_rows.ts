import type { JsonSchema } from "../../crds/json_schema.ts";
import { kubernetesType } from "./kubernetes_types.ts";
import { requirements } from "./requirements.ts";

/** One line of a table of fields. */
export interface FieldRow {
  /** From the root of the object, such as `spec.services.<name>.replicas`. */
  path: string;
  type: string;
  required: boolean;
  /** As JSON; "" if there is none. */
  preset: string;
  description: string;
  /** What a value must be like, beside its type. */
  requirements: string[];
}

/**
 * The fields below an object, each before those inside it. Types of Kubernetes' own are one line, for Kubernetes
 * documents them.
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

/** Elements get a line of their own where there is something to say of each. */
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
