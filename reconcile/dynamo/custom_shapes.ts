import generated from "../../crds/shapes.generated.json" with { type: "json" };
import type { Shape } from "../../kube/shape.ts";
import { readShapes, type ShapeFile } from "../../kube/shape_file.ts";

/** Shapes of the custom kinds, by `apiVersion/kind`. They come from a file, so that no schema is loaded. */
export const customShapes: ReadonlyMap<string, Shape> = readShapes(generated as ShapeFile);
