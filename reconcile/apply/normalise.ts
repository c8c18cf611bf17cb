import type { KubeObject } from "../../kube/object.ts";
import { shapeOf } from "./builtin_shapes.ts";
import { fieldOf, isPlainObject, itemKey, type ListKey, type Shape } from "./shape.ts";

/**
 * Returns the manifest as it may be applied, without changing the one given (parts of which it may share):
 *
 * - `null` and `undefined` are left out everywhere: an apply would claim a field for its null;
 * - in keyed lists (containers, env, ports, volumes, mounts, pull secrets, owner references, …) the last item of
 *   a key wins and takes the place of the first one, so that nothing else moves: an update would accept the
 *   duplicate, an apply refuses it;
 * - zeros and empty strings that the server reads as "not given" are left out, so that what is planned is what
 *   is stored.
 *
 * @param manifest any object; lists of kinds whose schema is not known (custom resources) keep their duplicates
 */
export function normalise<T extends KubeObject>(manifest: T): T {
  const { shape } = shapeOf(manifest);
  return normaliseObject(manifest as unknown as Record<string, unknown>, shape) as unknown as T;
}

/** Returns the object itself where nothing is to be left out: most of what is planned is as it should be. */
function normaliseObject(object: Record<string, unknown>, shape: Shape) {
  let kept: [string, unknown][] | undefined;
  const fields = Object.keys(object);
  for (const [index, field] of fields.entries()) {
    const value = object[field];
    const fieldShape = fieldOf(shape, field);
    const isLeftOut = value === null || value === undefined ||
      (fieldShape.zeroMeansDefault === true && (value === "" || value === 0));
    const normal = isLeftOut ? undefined : normaliseValue(value, fieldShape);
    if (isLeftOut || normal !== value) {
      kept ??= fields.slice(0, index).map((name) => [name, object[name]]);
    }
    if (!isLeftOut) kept?.push([field, normal]);
  }
  return kept ? Object.fromEntries(kept) : object;
}

function normaliseValue(value: unknown, shape: Shape): unknown {
  if (Array.isArray(value)) return normaliseList(value, shape);
  if (isPlainObject(value)) return normaliseObject(value, shape);
  return value;
}

function normaliseList(list: readonly unknown[], shape: Shape): readonly unknown[] {
  const normal = list.filter((item) => item !== null && item !== undefined)
    .map((item) => normaliseValue(item, shape.each ?? {}));
  const items = shape.set
    ? [...new Set(normal)]
    : shape.keys
    ? lastOfEach(shape.keys, normal)
    : normal;
  return items.length === list.length && items.every((item, index) => item === list[index])
    ? list
    : items;
}

/** The last item of each key in the place of the first one. */
function lastOfEach(keys: readonly ListKey[], items: readonly unknown[]): unknown[] {
  const byKey = new Map<unknown, unknown>();
  // A Map keeps the place of the first insertion; items without a key (not objects) are their own key.
  for (const item of items) byKey.set(itemKey(keys, item) ?? item, item);
  return [...byKey.values()];
}
