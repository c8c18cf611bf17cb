import type { JsonSchema } from "../../crds/json_schema.ts";
import { kubernetesType } from "./kubernetes_types.ts";
import { requirements } from "./requirements.ts";
import { typeName } from "./type_name.ts";

/** One row of a table of fields. */
export interface FieldRow {
  /** From the root of the object, such as `spec.services.<name>.replicas`. */
  path: string;
  type: string;
  required: boolean;
  /** The default as JSON; "" if the field lacks one. */
  preset: string;
  description: string;
  /** Validation rules for the value, in addition to its type. */
  requirements: string[];
}

/**
 * Returns the fields of an object and their inner fields, in the order of the schema. A type that Kubernetes documents has
 * one row.
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

/** Returns the rows of a list item or map value. It has a row of its own only if it has validation rules. */
function elements(element: JsonSchema, path: string): FieldRow[] {
  const [row, ...rows] = rowsOf(element, path, false);
  return row && row.requirements.length > 0 ? [row, ...rows] : rows;
}
