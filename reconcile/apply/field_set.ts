import { canonicalJson, isJsonObject } from "../../kube/json.ts";
import type { ListKey } from "../../kube/shape.ts";

/**
 * A set of field paths as a tree, in the format of `metadata.managedFields[].fieldsV1`. Each key is one path element.
 * If a tree is empty or contains the key ".", the set contains the path to this tree.
 *
 * See https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/#ObjectMeta
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

/** Returns whether a value, such as `fieldsV1` of an API response, has the format of a set of fields. */
export function isFieldSet(value: unknown): value is FieldSet {
  return isJsonObject(value) && Object.values(value).every(isFieldSet);
}

/** Returns the path element of a field of an object. */
export function fieldElement(field: string): string {
  return `f:${field}`;
}

/** Returns the path element of an item of a keyed list. */
export function itemElement(
  keys: readonly ListKey[],
  item: Readonly<Record<string, unknown>>,
): string {
  const values = keys.map(({ field, absent }) => [field, item[field] ?? absent ?? ""]);
  return `k:${canonicalJson(Object.fromEntries(values))}`;
}

/** Returns the path element that identifies an item of a list with list type `set`. */
export function valueElement(item: unknown): string {
  return `v:${canonicalJson(item)}`;
}

/** Returns whether the set contains the path, or a path below it. */
export function containsField(set: FieldSet, path: readonly string[]): boolean {
  let inner: FieldSet | undefined = set;
  for (const element of path) inner = inner?.[element];
  return inner !== undefined;
}

/** Returns the set with the path added. */
export function withField(set: FieldSet, path: readonly string[]): FieldSet {
  return union(set, path.reduceRight<FieldSet>((inner, element) => ({ [element]: inner }), {}));
}

/** Returns the set without the path and the paths below it. */
export function withoutField(set: FieldSet, path: readonly string[]): FieldSet {
  const [element, ...rest] = path;
  const inner = element === undefined ? undefined : set[element];
  if (element === undefined || inner === undefined) return set;
  const { [element]: _removed, ...others } = set;
  const left = rest.length === 0 ? {} : withoutField(inner, rest);
  return isEmptySet(left) ? others : { ...others, [element]: left };
}

/** Returns the union of two sets. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  const result: Record<string, FieldSet> = { ...a };
  for (const [element, inner] of Object.entries(b)) {
    const known = a[element];
    if (known === undefined) result[element] = inner;
    else if (isEmptySet(known) && isEmptySet(inner)) result[element] = {};
    else {
      const both = union(known, inner);
      result[element] = isEmptySet(known) || isEmptySet(inner) ? { ".": {}, ...both } : both;
    }
  }
  return result;
}

/** Returns whether the set contains no path. */
export function isEmptySet(set: FieldSet): boolean {
  return Object.keys(set).length === 0;
}
