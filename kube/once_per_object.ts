import { sameJson } from "./json.ts";

/**
 * Memoizes the pure function `compute`. The returned function caches the last result for each object, and returns it
 * again if the other arguments are equal. A result stays in the cache as long as its object exists. Objects, arguments
 * and results must not be modified.
 *
 * @param compute function of an object; its other arguments are JSON values, or the same objects in every call
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
