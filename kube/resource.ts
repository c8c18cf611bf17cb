import type { KubeObject } from "./object.ts";

/** How the API server serves one kind. The phantom member binds the TypeScript type of its objects. */
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
  readonly _object?: T;
}

/** Declares a kind, built-in or custom: `resource<Lease>({ group: "coordination.k8s.io", … })`. */
export function resource<T extends KubeObject>(
  names: Omit<Resource<T>, "apiVersion" | "_object">,
): Resource<T> {
  const apiVersion = names.group ? `${names.group}/${names.version}` : names.version;
  return { ...names, apiVersion };
}
