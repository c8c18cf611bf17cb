/** A generated class of `@kubernetes/client-node`, by its name: `Model<"V1Deployment">`. */
export type Model<Name extends keyof Models> = Models[Name] extends
  abstract new (...args: never) => infer Instance ? Instance : never;

/** The exports of `@kubernetes/client-node`, for types only: its code is not loaded. */
export type Models = typeof import("@kubernetes/client-node");

/** The metadata of an object in JSON: times are RFC 3339 strings, and the name is required. */
export type ObjectMeta =
  & Omit<Model<"V1ObjectMeta">, "name" | "creationTimestamp" | "deletionTimestamp">
  & { name: string; creationTimestamp?: string; deletionTimestamp?: string };

/** A reference from an object to its owner. */
export type OwnerReference = Model<"V1OwnerReference">;

/** The fields that every Kubernetes object has. */
export interface KubeObject {
  /** API group and version, or the version alone for the core group. */
  apiVersion: string;
  /** Name of the kind in CamelCase. */
  kind: string;
  /** Name, namespace, labels and further metadata. */
  metadata: ObjectMeta;
}

/** A model as a stored object: `Typed<V1Deployment>` requires `apiVersion`, `kind` and a name. */
export type Typed<T> = Omit<T, "apiVersion" | "kind" | "metadata"> & KubeObject;

/** Name and namespace of an object. */
export interface ObjectName {
  /** Name of the object. */
  name: string;
  /** Absent for cluster-scoped kinds. */
  namespace?: string | undefined;
}

/** Returns the key of an object in stores and queues: `namespace/name`, or `name` for cluster-scoped kinds. */
export function objectKey(object: ObjectName): string {
  return object.namespace ? `${object.namespace}/${object.name}` : object.name;
}
