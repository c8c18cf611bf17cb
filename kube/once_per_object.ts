import { sameJson } from "./json.ts";

/**
 * Memoizes `compute`, which must be a pure function. The returned function caches the last result for each object. It
 * returns this result again if the other arguments are equal to those of the last call. The cache does not prevent
 * garbage collection of the objects. Callers must not modify objects, arguments or results.
 *
 * @param compute computes a result from an object and other arguments. Each other argument must be a JSON value, or the
 *   same object in every call
 */
export function oncePerObject<K extends object, A extends readonly unknown[], R>(
  compute: (object: K, ...others: A) => R,
): (object: K, ...others: A) => R {
  const known = new WeakMap<K, { others: A; result: R }>();
  return (object, ...others) => {
    const last = known.get(object);
    if (last && sameJson(last.others, others)) return last.result;
    const result = compute(object, ...others);
    known.set(object, { others, result });
    return result;
  };
}
