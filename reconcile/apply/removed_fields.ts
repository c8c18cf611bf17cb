import { isJsonObject } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import { fieldOf, itemKey, type Shape } from "../../kube/shape.ts";
import { isFilledIn } from "./drift.ts";

/**
 * Returns the paths that an apply removes: fields, and items of keyed lists. The paths have the format of `drift`.
 * Omits a field if the API server sets the same value again by default. Ignores the status, and all metadata except
 * labels and annotations.
 *
 * @param before the stored object
 * @param after the object as the apply stores it, before defaults
 */
export function removedFields(before: KubeObject, after: KubeObject, shape: Shape): string[] {
  const paths: string[] = [];
  collect(comparable(before), comparable(after), { shape, path: "", paths });
  return paths;
}

type Fields = Readonly<Record<string, unknown>>;

function comparable({ metadata: { labels, annotations }, ...object }: KubeObject): Fields {
  const { status: _status, ...content } = object as Fields;
  return { ...content, metadata: { labels, annotations } };
}

interface Place {
  shape: Shape;
  path: string;
  paths: string[];
}

function collect(before: unknown, after: unknown, { shape, path, paths }: Place) {
  if (isJsonObject(before) && isJsonObject(after)) {
    for (const [name, value] of Object.entries(before)) {
      const inner = { shape: fieldOf(shape, name), path: path ? `${path}.${name}` : name, paths };
      if (after[name] !== undefined) collect(value, after[name], inner);
      else if (!isDefault(name, value, { shape, after })) paths.push(inner.path);
    }
  } else if (Array.isArray(before) && Array.isArray(after) && shape.keys) {
    const { keys, each = {} } = shape;
    const left = new Map(after.map((item) => [itemKey(keys, item), item]));
    for (const item of before) {
      const key = itemKey(keys, item) ?? "";
      const inner = { shape: each, path: `${path}${key}`, paths };
      if (left.has(key)) collect(item, left.get(key), inner);
      else paths.push(inner.path);
    }
  }
}

/** Returns whether the API server sets a removed field again, because its value is the default. */
function isDefault(
  name: string,
  value: unknown,
  { shape, after }: { shape: Shape; after: Fields },
) {
  const { image, serviceAccountName } = after;
  if (name === "serviceAccount") return value === serviceAccountName;
  if (name === "imagePullPolicy" && typeof image === "string") return value === pullPolicy(image);
  const field = fieldOf(shape, name);
  // The API server sets no defaults in a map, so it does not restore an empty label or node selector.
  const isMap = shape.each !== undefined && !Object.hasOwn(shape.fields ?? {}, name);
  return !isMap && !field.emptyCounts && isFilledIn(value, field);
}

/**
 * Returns the default of `imagePullPolicy`. It is `Always` for an image without a digest if the tag is absent or
 * `latest`.
 */
function pullPolicy(image: string): string {
  const [, tag] = /:([^:/]+)$/.exec(image) ?? [];
  return image.includes("@") || (tag !== undefined && tag !== "latest") ? "IfNotPresent" : "Always";
}

/**
 * Returns the paths of the keyed lists in which the live items have a different order than the planned items. `drift`
 * ignores the order, but an apply changes it. For example, a new order of environment variables changes a pod template.
 */
export function reorderedLists(planned: unknown, live: unknown, shape: Shape, path = ""): string[] {
  if (isJsonObject(planned) && isJsonObject(live)) {
    return Object.entries(planned).flatMap(([name, value]) =>
      reorderedLists(value, live[name], fieldOf(shape, name), path ? `${path}.${name}` : name)
    );
  }
  const { keys, each = {} } = shape;
  if (!Array.isArray(planned) || !Array.isArray(live) || !keys) return [];
  const byKey = new Map(live.map((item, index) => [itemKey(keys, item), { item, index }]));
  const common = planned.flatMap((item) => {
    const key = itemKey(keys, item);
    const same = byKey.get(key);
    return same ? [{ item, key, same }] : [];
  });
  const isSorted = common.every(({ same: { index } }, at) =>
    at === 0 || index > (common[at - 1]?.same.index ?? 0)
  );
  return [
    ...(isSorted ? [] : [path]),
    ...common.flatMap(({ item, key, same }) =>
      reorderedLists(item, same.item, each, `${path}${key}`)
    ),
  ];
}
