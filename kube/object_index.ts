import { getLogger } from "@logtape/logtape";
import { reasonOf } from "./errors.ts";
import { type KubeObject, objectKey } from "./object.ts";

const log = getLogger(["kube", "store"]);

/** An index of objects. The function `values` yields the values by which the index finds an object. */
export interface ObjectIndex<P extends KubeObject> {
  readonly values: (object: P) => Iterable<string>;
  put(object: P): void;
  /** Removes an object that was put. An equal copy of the object removes nothing. */
  drop(object: P): void;
  get(value: string): P[];
}

/**
 * Creates an index. `values` must always yield the same values for an object. If `values` throws, the index logs the
 * error and omits the object. This happens for objects that were stored before their CRD had a schema.
 */
export function createObjectIndex<P extends KubeObject>(
  values: (object: P) => Iterable<string>,
): ObjectIndex<P> {
  const byValue = new Map<string, Set<P>>();

  function valuesOf(object: P): string[] {
    try {
      return [...values(object)];
    } catch (error) {
      const reason = reasonOf(error);
      const { kind, metadata } = object;
      log.warn("Cannot index {kind} {key}: {reason}", { kind, key: objectKey(metadata), reason });
      return [];
    }
  }

  return {
    values,
    put(object) {
      for (const value of valuesOf(object)) {
        let found = byValue.get(value);
        if (!found) byValue.set(value, found = new Set());
        found.add(object);
      }
    },
    drop(object) {
      for (const value of valuesOf(object)) {
        const found = byValue.get(value);
        found?.delete(object);
        if (found?.size === 0) byValue.delete(value);
      }
    },
    get: (value) => [...byValue.get(value) ?? []],
  };
}
