import type { V1ObjectMeta, V1OwnerReference } from "@kubernetes/client-node";

/** The metadata of an object as it travels in JSON: times are RFC 3339 strings, a stored object has a name. */
export type ObjectMeta =
  & Omit<V1ObjectMeta, "name" | "creationTimestamp" | "deletionTimestamp">
  & { name: string; creationTimestamp?: string; deletionTimestamp?: string };

export type OwnerReference = V1OwnerReference;

/** What every Kubernetes object has. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** A model of `@kubernetes/client-node` as a stored object: `Typed<V1Deployment>` has a kind and a name. */
export type Typed<T> = Omit<T, "apiVersion" | "kind" | "metadata"> & KubeObject;

/** Names one object of a known kind; `namespace` is absent for cluster-scoped kinds. */
export interface ObjectName {
  name: string;
  namespace?: string | undefined;
}

/** The key of an object in stores and queues: `namespace/name`, or `name` where there is no namespace. */
export function objectKey(object: ObjectName): string {
  return object.namespace ? `${object.namespace}/${object.name}` : object.name;
}
