import { sameJson } from "./json.ts";

/**
 * Returns a function with the results of the pure function `compute`, which it calls only once in a row for the same
 * object and equal further arguments. Neither the object nor the arguments nor the result may be modified. The last
 * result is kept as long as the object exists.
 *
 * @param compute function whose further arguments are JSON values, or objects that are always the same
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
