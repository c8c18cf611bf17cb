import type { KubeObject } from "./object.ts";
import type { Shape } from "./shape.ts";

/** The names under which the API server serves a kind, and the shape of its objects. */
export interface Resource<T extends KubeObject> {
  /** API group; "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Lower-case plural, as in URLs and RBAC rules. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** `group/version`, or `version` for the core group. */
  readonly apiVersion: string;
  /** How the API server merges and stores the fields; required for kinds that the operator applies. */
  readonly shape?: Shape;
  /** Never set; binds the TypeScript type of the objects. */
  readonly _object?: T;
}

/** Returns the shape of a kind. Throws if its resource does not declare one. */
export function shapeOf({ apiVersion, kind, shape }: Resource<KubeObject>): Shape {
  if (shape) return shape;
  throw new Error(
    `Cannot compare ${kind} of "${apiVersion}": its resource does not declare a shape`,
  );
}

/**
 * Declares the resource of a built-in or custom kind: `resource<Lease>({ group: "coordination.k8s.io", … })`.
 *
 * @param shapes the shapes of all built-in kinds or of all CRDs, by `apiVersion/kind`
 */
export function resource<T extends KubeObject>(
  names: Omit<Resource<T>, "apiVersion" | "shape" | "_object">,
  shapes?: ReadonlyMap<string, Shape>,
): Resource<T> {
  const apiVersion = names.group ? `${names.group}/${names.version}` : names.version;
  const shape = shapes?.get(`${apiVersion}/${names.kind}`);
  return { ...names, apiVersion, ...(shape && { shape }) };
}
