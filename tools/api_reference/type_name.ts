import type { JsonSchema } from "../../crds/json_schema.ts";
import { kubernetesType } from "./kubernetes_types.ts";

/** Returns the name of the type of a field in the reference, in Markdown. */
export function typeName(field: JsonSchema): string {
  const known = kubernetesType(field);
  if (known) return `[${known.name}](${known.url})`;
  if (field["x-kubernetes-int-or-string"]) return "integer or string";
  if (field.items) return `list of ${typeName(field.items)}`;
  if (field.additionalProperties) return `map of ${typeName(field.additionalProperties)}`;
  if (field.format === "date-time") return "time";
  if (field.type === "object" && !field.properties) return "any object";
  return field.type ?? "any value";
}
