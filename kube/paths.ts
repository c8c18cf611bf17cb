import type { KubeObject, ObjectName } from "./object.ts";
import type { Resource } from "./resource.ts";

type Query = Record<string, string | number | boolean | undefined>;

function query(values: Query): string {
  const parts = Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

/** Path of a collection; without a namespace of the whole cluster. */
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
 * Path of one object or of a subresource of it. Throws where name and kind do not fit together: such a path would
 * address a whole collection. Throws for names that no object can have: the API server reads an
 * escaped slash as one, so that such a name would lead somewhere else.
 */
export function objectPath<T extends KubeObject>(
  resource: Resource<T>,
  at: ObjectName,
  subresource?: string,
  values: Query = {},
): string {
  if (!at.name) throw new Error(`Cannot address a ${resource.kind} without a name`);
  if ([at.name, at.namespace ?? ""].some((part) => /^\.\.?$|[/%]/.test(part))) {
    throw new Error(`Cannot address ${resource.kind} "${at.name}": no object has such a name`);
  }
  if (resource.namespaced !== Boolean(at.namespace)) {
    const problem = resource.namespaced ? "needs a namespace" : "has no namespace";
    throw new Error(`Cannot address ${resource.kind} "${at.name}": the kind ${problem}`);
  }
  const path = `${collectionPath(resource, at.namespace)}/${encodeURIComponent(at.name)}`;
  return path + (subresource ? `/${subresource}` : "") + query(values);
}

/** `plural.group`, or `plural` for the core group, as in RBAC messages. */
export function resourceName<T extends KubeObject>(resource: Resource<T>): string {
  return resource.group ? `${resource.plural}.${resource.group}` : resource.plural;
}
