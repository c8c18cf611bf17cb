import { type KubeObject, objectKey } from "./object.ts";

/** Finds objects by the values of one function of them. */
export interface ObjectIndex<P extends KubeObject> {
  put(object: P): void;
  drop(object: P): void;
  get(value: string): P[];
}

/** Makes an index. `values` must give the same values for the same object each time. */
export function createObjectIndex<P extends KubeObject>(
  values: (object: P) => Iterable<string>,
): ObjectIndex<P> {
  const byValue = new Map<string, Map<string, P>>();
  return {
    put(object) {
      for (const value of values(object)) {
        let found = byValue.get(value);
        if (!found) byValue.set(value, found = new Map());
        found.set(objectKey(object.metadata), object);
      }
    },
    drop(object) {
      for (const value of values(object)) {
        const found = byValue.get(value);
        found?.delete(objectKey(object.metadata));
        if (found?.size === 0) byValue.delete(value);
      }
    },
    get: (value) => [...byValue.get(value)?.values() ?? []],
  };
}
