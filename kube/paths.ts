import type { KubeObject, ObjectName } from "./object.ts";
import type { Resource } from "./resource.ts";

/** Query parameters; undefined and empty values are omitted. */
export type Query = Record<string, string | number | boolean | undefined>;

function query(values: Query): string {
  const parts = Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

/** Returns the path of a collection, in one namespace or in the whole cluster. */
export function collectionPath<T extends KubeObject>(
  resource: Resource<T>,
  namespace: string | undefined,
  values: Query = {},
): string {
  const root = resource.group ? `/apis/${resource.apiVersion}` : `/api/${resource.apiVersion}`;
  const scope = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${scope}/${resource.plural}${query(values)}`;
}

/**
 * Returns the path of an object or of its subresource. Throws if the name or a required namespace is missing: the path
 * would address a collection. Throws for a name such as "../x": the API server decodes escaped characters, so the path
 * would address another object.
 */
export function objectPath<T extends KubeObject>(
  resource: Resource<T>,
  at: ObjectName,
  subresource?: string,
  values: Query = {},
): string {
  if (!at.name) throw new Error(`Cannot address a ${resource.kind} without a name`);
  if ([at.name, at.namespace ?? ""].some((part) => /^\.\.?$|[/%]/.test(part))) {
    throw new Error(
      `Cannot address ${resource.kind} "${at.name}": the name or namespace is invalid`,
    );
  }
  if (resource.namespaced !== Boolean(at.namespace)) {
    const problem = resource.namespaced ? "needs a namespace" : "is cluster-scoped";
    throw new Error(`Cannot address ${resource.kind} "${at.name}": the kind ${problem}`);
  }
  const path = `${collectionPath(resource, at.namespace)}/${encodeURIComponent(at.name)}`;
  return path + (subresource ? `/${subresource}` : "") + query(values);
}

/** Returns `plural.group`, or `plural` for the core group, as in RBAC messages. */
export function resourceName<T extends KubeObject>(resource: Resource<T>): string {
  return resource.group ? `${resource.plural}.${resource.group}` : resource.plural;
}
