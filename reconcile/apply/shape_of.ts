import { builtinShapes, objectMetaShape } from "../../kube/builtin_shapes.ts";
import type { Shape } from "../../kube/shape.ts";
import { customShapes } from "../dynamo/custom_shapes.ts";

/** The shape of a kind without a known schema: only its metadata has keyed lists. */
const unknownKind: Shape = { fields: { metadata: objectMetaShape } };

/**
 * Returns the shape of a manifest's kind, and whether the schema of the kind is known. If it is not, the API server
 * may set defaults inside every list.
 */
export function shapeOf(
  manifest: { apiVersion: string; kind: string },
): { shape: Shape; known: boolean } {
  const name = `${manifest.apiVersion}/${manifest.kind}`;
  const shape = builtinShapes.get(name) ?? customShapes.get(name);
  return shape ? { shape, known: true } : { shape: unknownKind, known: false };
}
