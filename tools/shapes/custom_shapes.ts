import { type CrdManifest, crdManifests } from "../../crds/emit/manifests.ts";
import { objectMetaShape } from "../../kube/builtin_shapes.ts";
import { type Schema, shapesOfSchemas } from "./shape_of_schema.ts";
import { shapeFileText } from "./shape_file_text.ts";

/** Returns the generated file with the shapes of all custom resources, keyed by its path from the project's root. */
export function customShapeFiles(
  manifests: readonly CrdManifest[] = crdManifests(),
): Map<string, string> {
  const schemas: Record<string, Schema> = {};
  for (const { spec: { group, names, versions } } of manifests) {
    for (const { name, schema } of versions) {
      schemas[`${group}/${name}/${names.kind}`] = schema.openAPIV3Schema as Schema;
    }
  }
  // Adds `metadata`. The schema of a CRD omits it, because the API server defines it for all kinds.
  const metadata = { type: "ObjectMeta" };
  const kinds = Object.entries(shapesOfSchemas(schemas).kinds).map(([name, { fields }]) =>
    [name, { fields: { metadata, ...fields } }] as const
  );
  const file = { types: { ObjectMeta: objectMetaShape }, kinds: Object.fromEntries(kinds) };
  return new Map([["crds/shapes.generated.json", shapeFileText(file)]]);
}
