import { getLogger } from "@logtape/logtape";
import { reasonOf } from "./errors.ts";
import { type KubeObject, objectKey } from "./object.ts";

const log = getLogger(["kube", "store"]);

/** Finds objects by the values of one function of them. */
export interface ObjectIndex<P extends KubeObject> {
  put(object: P): void;
  drop(object: P): void;
  get(value: string): P[];
}

/**
 * Makes an index. `values` must give the same values for the same object each time. An object for which it throws, such
 * as one that was stored before its kind had a schema, is not in the index: it must not keep the others out.
 */
export function createObjectIndex<P extends KubeObject>(
  values: (object: P) => Iterable<string>,
): ObjectIndex<P> {
  const byValue = new Map<string, Map<string, P>>();

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
    put(object) {
      for (const value of valuesOf(object)) {
        let found = byValue.get(value);
        if (!found) byValue.set(value, found = new Map());
        found.set(objectKey(object.metadata), object);
      }
    },
    drop(object) {
      for (const value of valuesOf(object)) {
        const found = byValue.get(value);
        found?.delete(objectKey(object.metadata));
        if (found?.size === 0) byValue.delete(value);
      }
    },
    get: (value) => [...byValue.get(value)?.values() ?? []],
  };
}
