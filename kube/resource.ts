import type { KubeObject, ObjectName } from "./object.ts";
import type { Shape } from "./shape.ts";

/** Names under which the API server serves a kind, and the {@linkcode Shape} of its objects. */
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
  /**
   * How the API server merges and stores the fields of the objects. Only kinds that the operator applies need a shape.
   */
  readonly shape?: Shape;
  /** Never set: the property only binds the TypeScript type of the objects to the resource. */
  readonly _object?: T;
}

/** Returns the {@linkcode Shape} of the objects of a resource. Throws if the resource declares none. */
export function shapeOf({ apiVersion, kind, shape }: Resource<KubeObject>): Shape {
  if (shape) return shape;
  throw new Error(
    `Cannot compare ${kind} of "${apiVersion}": the operator does not know the merge rules of its fields`,
  );
}

/**
 * Declares the resource of a built-in or custom kind: `resource<Lease>({ group: "coordination.k8s.io", … })`.
 *
 * @param names the names of the kind, and its shape if `shapes` does not contain it
 * @param shapes the shapes of all built-in kinds or of all CRDs, keyed by `apiVersion/kind`
 */
export function resource<T extends KubeObject>(
  names: Omit<Resource<T>, "apiVersion" | "_object">,
  shapes?: ReadonlyMap<string, Shape>,
): Resource<T> {
  const apiVersion = names.group ? `${names.group}/${names.version}` : names.version;
  const shape = shapes?.get(`${apiVersion}/${names.kind}`);
  return { ...names, apiVersion, ...(shape && { shape }) };
}

/** Query parameters of a URL; undefined and empty values are omitted. */
export type Query = Record<string, string | number | boolean | undefined>;

function query(values: Query): string {
  const parts = Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

/** Returns the path at which the API server lists the resources of a group and version. */
export function groupVersionPath({ group, apiVersion }: Resource<KubeObject>): string {
  return `/${group ? "apis" : "api"}/${apiVersion}`;
}

/** Returns the path of a collection, in one namespace or in the whole cluster. */
export function collectionPath(
  resource: Resource<KubeObject>,
  namespace: string | undefined,
  values: Query = {},
): string {
  const scope = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${groupVersionPath(resource)}${scope}/${resource.plural}${query(values)}`;
}

/**
 * Returns the path of an object or of its subresource. Throws if the namespace does not fit the scope of the kind.
 * Throws if the name is empty, because the path then addresses the collection. Throws for a name such as
 * "../x": the API server decodes escaped characters, so the path would address another object.
 */
export function objectPath(
  resource: Resource<KubeObject>,
  at: ObjectName,
  subresource?: string,
  values: Query = {},
): string {
  const { kind, namespaced } = resource;
  const { name, namespace } = at;
  if (!name) throw new Error(`Cannot build the URL of a ${kind}: the name is empty`);
  if ([name, namespace ?? ""].some((part) => /^\.\.?$|[/%]/.test(part))) {
    throw new Error(`Cannot build the URL of ${kind} "${name}": the name or namespace is invalid`);
  }
  if (namespaced !== Boolean(namespace)) {
    const problem = namespaced ? "needs a namespace" : "is cluster-scoped";
    throw new Error(`Cannot build the URL of ${kind} "${name}": the kind ${problem}`);
  }
  const path = `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
  return path + (subresource ? `/${subresource}` : "") + query(values);
}

/** Returns `plural.group`, or `plural` for the core group, as in RBAC messages. */
export function resourceName({ group, plural }: Resource<KubeObject>): string {
  return group ? `${plural}.${group}` : plural;
}
