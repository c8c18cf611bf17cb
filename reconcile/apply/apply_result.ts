import { isJsonObject } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import { fieldOf, itemKey, type Shape } from "../../kube/shape.ts";
import { fieldElement, type FieldSet, itemElement, valueElement } from "./field_set.ts";

/** The fields that the operator owns through server-side apply, and the fields that other field managers own. */
export interface Owners {
  own: FieldSet;
  foreign: FieldSet;
}

/**
 * Returns the object that the API server would store after an apply of the manifest, but without new default values.
 * The result contains the live fields and the fields of the manifest. It lacks fields that the manifest omits and that
 * only the operator owns. The function sends no dry run, because a dry run would use the stored managed fields, which
 * may differ from `owners`.
 */
export function applyResult(
  manifest: KubeObject,
  live: KubeObject,
  shape: Shape,
  owners: Owners,
): KubeObject {
  const kept = withoutOmitted(live, manifest, shape, owners) as KubeObject;
  return merged(kept, manifest, shape) as KubeObject;
}

function withoutOmitted(live: unknown, planned: unknown, shape: Shape, owners: Owners): unknown {
  if (isJsonObject(live)) {
    const plannedFields = isJsonObject(planned) ? planned : {};
    const kept = Object.entries(live).flatMap(([field, value]) => {
      const element = fieldElement(field);
      return child(value, plannedFields[field], fieldOf(shape, field), element, owners)
        .map((inner) => [field, inner]);
    });
    return Object.fromEntries(kept);
  }
  if (!Array.isArray(live)) return live;
  const plannedItems: readonly unknown[] = Array.isArray(planned) ? planned : [];
  const { keys, set, each = {} } = shape;
  if (set) {
    return live.flatMap((item) => {
      const same = plannedItems.find((other) => other === item);
      return child(item, same, each, valueElement(item), owners);
    });
  }
  if (!keys) return live;
  return live.flatMap((item) => {
    if (!isJsonObject(item)) return [item];
    const key = itemKey(keys, item);
    const same = plannedItems.find((other) => itemKey(keys, other) === key);
    return child(item, same, each, itemElement(keys, item), owners);
  });
}

/**
 * Returns a list with one element: the live value of a field or list item, without the fields that the apply removes.
 * If the apply removes the whole field or item, the list is empty.
 */
function child(
  value: unknown,
  planned: unknown,
  shape: Shape,
  element: string,
  { own, foreign }: Owners,
): unknown[] {
  const inner = own[element];
  if (inner === undefined) return [value];
  if (planned === undefined && foreign[element] === undefined) return [];
  return [withoutOmitted(value, planned, shape, { own: inner, foreign: foreign[element] ?? {} })];
}

function merged(live: unknown, planned: unknown, shape: Shape): unknown {
  if (planned === undefined) return live;
  if (shape.atomic) return planned;
  if (Array.isArray(planned) && Array.isArray(live)) return mergedList(live, planned, shape);
  if (!isJsonObject(planned) || !isJsonObject(live)) return planned;
  const result: Record<string, unknown> = { ...live };
  for (const [field, value] of Object.entries(planned)) {
    result[field] = merged(live[field], value, fieldOf(shape, field));
  }
  return result;
}

function mergedList(
  live: readonly unknown[],
  planned: readonly unknown[],
  { keys, set, each = {} }: Shape,
): readonly unknown[] {
  if (set) return [...new Set([...live, ...planned])];
  if (!keys) return planned;
  const byKey = new Map<unknown, unknown>(live.map((item) => [itemKey(keys, item), item]));
  for (const item of planned) {
    const key = itemKey(keys, item);
    byKey.set(key, merged(byKey.get(key), item, each));
  }
  return [...byKey.values()];
}
