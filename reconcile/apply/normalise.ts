import type { KubeObject } from "../../kube/object.ts";
import { isJsonObject } from "../../kube/json.ts";
import { fieldOf, itemKey, type ListKey, type Shape } from "../../kube/shape.ts";

/**
 * Returns the manifest in a form that can be applied. Does not change the input, but the result may share parts of it.
 *
 * - Removes `null` and `undefined`, because an apply makes the field manager the owner of a null field.
 * - If items of a keyed list (such as containers or ports) have the same key, the last one replaces the first one. The
 *   API server accepts the duplicate in an update, but refuses it in an apply.
 * - Removes zeros and empty strings that the API server reads as "not set", because `drift` would report them
 *   otherwise.
 */
export function normalise<T extends KubeObject>(manifest: T, shape: Shape): T {
  return normaliseObject(manifest as unknown as Record<string, unknown>, shape) as unknown as T;
}

/** Returns the normalised object. Usually there is nothing to remove, and the function returns the same object. */
function normaliseObject(object: Record<string, unknown>, shape: Shape) {
  /** The fields to change, with their normalised values. A field with the value undefined is removed. */
  let changed: Map<string, unknown> | undefined;
  for (const field in object) {
    const value = object[field];
    const fieldShape = fieldOf(shape, field);
    const isRemoved = value === null || value === undefined ||
      (fieldShape.zeroMeansDefault === true && (value === "" || value === 0));
    const normal = isRemoved ? undefined : normaliseValue(value, fieldShape);
    if (isRemoved || normal !== value) (changed ??= new Map()).set(field, normal);
  }
  if (!changed) return object;
  const normal = { ...object, ...Object.fromEntries(changed) };
  return Object.fromEntries(Object.entries(normal).filter(([, value]) => value !== undefined));
}

function normaliseValue(value: unknown, shape: Shape): unknown {
  if (Array.isArray(value)) return normaliseList(value, shape);
  if (isJsonObject(value)) return normaliseObject(value, shape);
  return value;
}

/** Returns the normalised list. Usually there is nothing to change, and the function returns the same list. */
function normaliseList(list: readonly unknown[], shape: Shape): readonly unknown[] {
  const each = shape.each ?? {};
  let normal: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    const isRemoved = item === null || item === undefined;
    const normalItem = isRemoved ? undefined : normaliseValue(item, each);
    if (isRemoved || normalItem !== item) normal ??= list.slice(0, index);
    if (!isRemoved) normal?.push(normalItem);
  }
  const items = normal ?? list;
  const unique = shape.set
    ? [...new Set(items)]
    : shape.keys
    ? lastOfEach(shape.keys, items)
    : items;
  return unique.length === items.length ? items : unique;
}

/** Returns one item for each key: the last item, at the position of the first one. */
function lastOfEach(keys: readonly ListKey[], items: readonly unknown[]): readonly unknown[] {
  if (items.length < 2) return items;
  const byKey = new Map<unknown, unknown>();
  // A Map keeps the position of an existing key, so the last item takes the place of the first. An item that is not an
  // object is its own key.
  for (const item of items) byKey.set(itemKey(keys, item) ?? item, item);
  return [...byKey.values()];
}
