import type { CrdManifest } from "../../crds/emit/manifests.ts";
import type { JsonSchema } from "../../crds/json_schema.ts";

/** Returns a copy of a CRD in another API group. A test can change the copy while other tests use the original CRD. */
export function withGroup(group: string, manifest: CrdManifest): CrdManifest {
  const copy: CrdManifest = JSON.parse(JSON.stringify(manifest));
  copy.metadata.name = `${copy.spec.names.plural}.${group}`;
  copy.spec.group = group;
  delete copy.spec.names.shortNames;
  delete copy.spec.names.categories;
  return copy;
}

const VALIDATION_KEYS: (keyof JsonSchema)[] = [
  "x-kubernetes-validations",
  "pattern",
  "enum",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minProperties",
  "maxProperties",
  "maxItems",
];

/** Returns a copy of a CRD without validation rules. The API server still checks the types of the values. */
export function withoutValidation(manifest: CrdManifest): CrdManifest {
  const copy: CrdManifest = JSON.parse(JSON.stringify(manifest));
  for (const version of copy.spec.versions) removeValidation(version.schema.openAPIV3Schema);
  return copy;
}

function removeValidation(schema: JsonSchema): void {
  for (const key of VALIDATION_KEYS) delete schema[key];
  for (const property of Object.values(schema.properties ?? {})) removeValidation(property);
  if (schema.items !== undefined) removeValidation(schema.items);
  if (schema.additionalProperties !== undefined) removeValidation(schema.additionalProperties);
}
