import type { KubeObject } from "../../kube/object.ts";
import { shapeOf } from "./builtin_shapes.ts";
import { fieldOf, isPlainObject, itemKey, type Shape } from "./shape.ts";

/**
 * Returns the manifest as it may be applied, without changing the one given:
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

function normaliseObject(object: Record<string, unknown>, shape: Shape) {
  const kept: [string, unknown][] = [];
  for (const [field, value] of Object.entries(object)) {
    const fieldShape = fieldOf(shape, field);
    if (value === null || value === undefined) continue;
    if (fieldShape.zeroMeansDefault && (value === "" || value === 0)) continue;
    kept.push([field, normaliseValue(value, fieldShape)]);
  }
  return Object.fromEntries(kept);
}

function normaliseValue(value: unknown, shape: Shape): unknown {
  if (Array.isArray(value)) return normaliseList(value, shape);
  if (isPlainObject(value)) return normaliseObject(value, shape);
  return value;
}

function normaliseList(list: readonly unknown[], shape: Shape): unknown[] {
  const items = list.filter((item) => item !== null && item !== undefined)
    .map((item) => normaliseValue(item, shape.each ?? {}));
  if (shape.set) return [...new Set(items)];
  if (!shape.keys) return items;
  const keys = shape.keys;
  const byKey = new Map<unknown, unknown>();
  // A Map keeps the place of the first insertion; items without a key (not objects) are their own key.
  for (const item of items) byKey.set(itemKey(keys, item) ?? item, item);
  return [...byKey.values()];
}
