import { builtinShapeFacts } from "./builtin_shape_facts.ts";
import generated from "./builtin_shapes.generated.json" with { type: "json" };
import { fieldOf, type Shape } from "./shape.ts";
import { readShapes, type ShapeFile } from "./shape_file.ts";

/** Shapes of the built-in kinds that the operator applies, by `apiVersion/kind`. */
export const builtinShapes: ReadonlyMap<string, Shape> = readShapes(
  generated as ShapeFile,
  builtinShapeFacts,
);

/** The shape of the metadata of every object. */
export const objectMetaShape: Shape = fieldOf(
  builtinShapes.get("v1/ConfigMap") ?? {},
  "metadata",
);

const builtinApiVersions = new Set(
  [...builtinShapes.keys()].map((name) => name.slice(0, name.lastIndexOf("/"))),
);

/**
 * Whether an `apiVersion` belongs to Kubernetes itself and not to a CRD. Of the API groups with a dot, which a CRD may
 * have as well, only those are known whose kinds the operator applies.
 */
export function isBuiltinApi(apiVersion: string): boolean {
  return !apiVersion.includes(".") || builtinApiVersions.has(apiVersion);
}
