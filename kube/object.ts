import type { V1ObjectMeta, V1OwnerReference } from "@kubernetes/client-node";

/** The `metadata` of an object in JSON: times are RFC 3339 strings, and the name is required. */
export type ObjectMeta =
  & Omit<V1ObjectMeta, "name" | "creationTimestamp" | "deletionTimestamp">
  & { name: string; creationTimestamp?: string; deletionTimestamp?: string };

/** A reference from an object to its owner. */
export type OwnerReference = V1OwnerReference;

/** The fields that every Kubernetes object has. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** A type of `@kubernetes/client-node`, such as V1Deployment, with required `apiVersion`, `kind` and name. */
export type Typed<T> = Omit<T, "apiVersion" | "kind" | "metadata"> & KubeObject;

/** Name and namespace of an object. */
export interface ObjectName {
  name: string;
  /** Namespace of the object; absent for cluster-scoped kinds. */
  namespace?: string | undefined;
}

/** Returns the metadata that identifies an object and its version: name, namespace, UID and resourceVersion. */
export function identityOf({ name, namespace, uid, resourceVersion }: ObjectMeta): ObjectMeta {
  return {
    name,
    ...(namespace && { namespace }),
    ...(uid && { uid }),
    ...(resourceVersion && { resourceVersion }),
  };
}

/** Returns the key of an object in stores and work queues: `namespace/name`, or `name` for cluster-scoped kinds. */
export function objectKey(object: ObjectName): string {
  return object.namespace ? `${object.namespace}/${object.name}` : object.name;
}

/** Returns the namespace and name in an {@linkcode objectKey}. */
export function nameOfKey(key: string): ObjectName {
  const slash = key.indexOf("/");
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Returns the {@linkcode objectKey} of each object. */
export function objectKeys(objects: readonly KubeObject[]): string[] {
  return objects.map(({ metadata }) => objectKey(metadata));
}

/**
 * Compares two resourceVersions of one resource. Returns a negative number if `a` is older, and 0 if they are equal.
 * An absent resourceVersion is older than any other. Throws if a resourceVersion is not a decimal integer (KEP-5504).
 */
export function compareResourceVersions(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  const [first, second] = [digitsOf(a), digitsOf(b)];
  // Without leading zeros, the longer integer is larger. This comparison is as exact as a comparison of BigInts, and
  // faster.
  if (first.length !== second.length) return first.length - second.length;
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Returns the digits of a resourceVersion without leading zeros. */
function digitsOf(version = ""): string {
  if (!/^\d*$/.test(version)) {
    throw new Error(`Cannot compare resourceVersion "${version}": it is not a decimal integer`);
  }
  return version.startsWith("0") ? version.replace(/^0+/, "") : version;
}
