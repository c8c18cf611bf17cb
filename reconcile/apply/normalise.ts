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
  let kept: [string, unknown][] | undefined;
  const fields = Object.keys(object);
  for (const [index, field] of fields.entries()) {
    const value = object[field];
    const fieldShape = fieldOf(shape, field);
    const isRemoved = value === null || value === undefined ||
      (fieldShape.zeroMeansDefault === true && (value === "" || value === 0));
    const normal = isRemoved ? undefined : normaliseValue(value, fieldShape);
    if (isRemoved || normal !== value) {
      kept ??= fields.slice(0, index).map((name) => [name, object[name]]);
    }
    if (!isRemoved) kept?.push([field, normal]);
  }
  return kept ? Object.fromEntries(kept) : object;
}

function normaliseValue(value: unknown, shape: Shape): unknown {
  if (Array.isArray(value)) return normaliseList(value, shape);
  if (isJsonObject(value)) return normaliseObject(value, shape);
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

/** Returns one item for each key: the last item, at the position of the first one. */
function lastOfEach(keys: readonly ListKey[], items: readonly unknown[]): unknown[] {
  const byKey = new Map<unknown, unknown>();
  // A Map keeps the position of an existing key, so the last item takes the place of the first. An item that is not an
  // object is its own key.
  for (const item of items) byKey.set(itemKey(keys, item) ?? item, item);
  return [...byKey.values()];
}
