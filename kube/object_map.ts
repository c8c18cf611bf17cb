import { type KubeObject, nameOfKey, type ObjectName } from "./object.ts";

/**
 * Objects by namespace and name. The map does not keep the `objectKey` of an object, to save memory: it would be a
 * string of its own for each object.
 */
export interface ObjectMap<P extends KubeObject> {
  get(name: ObjectName): P | undefined;
  /** Returns the object with this `objectKey`: `namespace/name`, or `name` for cluster-scoped kinds. */
  byKey(key: string): P | undefined;
  /** Returns all objects. */
  list(): P[];
  /** Returns the objects in a namespace. */
  namespace(namespace: string): P[];
  /** Returns whether any object is in a namespace. */
  hasNamespace(namespace: string): boolean;
  /** Adds an object, or replaces the object with the same namespace and name. */
  put(object: P): void;
  /** Removes the object with the same namespace and name. */
  drop(object: P): void;
}

export function createObjectMap<P extends KubeObject>(): ObjectMap<P> {
  /** Objects by name, in a map by namespace. The key of cluster-scoped objects is "". */
  const namespaces = new Map<string, Map<string, P>>();
  const get = ({ namespace = "", name }: ObjectName) => namespaces.get(namespace)?.get(name);
  return {
    get,
    byKey: (key) => get(nameOfKey(key)),
    list: () => [...namespaces.values()].flatMap((objects) => [...objects.values()]),
    namespace: (namespace) => [...namespaces.get(namespace)?.values() ?? []],
    hasNamespace: (namespace) => namespaces.has(namespace),
    put(object) {
      const { namespace = "", name } = object.metadata;
      let objects = namespaces.get(namespace);
      if (!objects) namespaces.set(namespace, objects = new Map());
      objects.set(name, object);
    },
    drop({ metadata: { namespace = "", name } }) {
      const objects = namespaces.get(namespace);
      objects?.delete(name);
      if (objects?.size === 0) namespaces.delete(namespace);
    },
  };
}
