import { builtinShapeFacts } from "./builtin_shape_facts.ts";
import generated from "./builtin_shapes.generated.json" with { type: "json" };
import { fieldOf, type Shape } from "./shape.ts";
import { readShapes, type ShapeFile } from "./shape_file.ts";

/** Shapes of the built-in kinds that `builtin.ts` declares, by `apiVersion/kind`. */
export const builtinShapes: ReadonlyMap<string, Shape> = readShapes(
  generated as ShapeFile,
  builtinShapeFacts,
);

/** Shape of the metadata of all objects. */
export const objectMetaShape: Shape = fieldOf(
  builtinShapes.get("v1/ConfigMap") ?? {},
  "metadata",
);

const builtinApiVersions = new Set(
  [...builtinShapes.keys()].map((name) => name.slice(0, name.lastIndexOf("/"))),
);

/**
 * Returns whether an `apiVersion` belongs to Kubernetes and not to a CRD. Groups with a dot are only recognised if
 * `builtin.ts` declares one of their kinds.
 */
export function isBuiltinApi(apiVersion: string): boolean {
  return !apiVersion.includes(".") || builtinApiVersions.has(apiVersion);
}
