import { isJsonObject } from "./json.ts";

/** A field that identifies the items of a list, alone or with other key fields (`x-kubernetes-list-map-keys`). */
export interface ListKey {
  readonly field: string;
  /** Value that the API server assumes if an item omits the field, such as `TCP` for the protocol of a port. */
  readonly absent?: string;
}

/**
 * Describes how the API server merges and stores a value. Drift detection needs this description, because a manifest
 * does not contain it. No special rules apply to a field without a shape. As in server-side apply, a list without
 * `keys` or `set` is atomic: it has a single owner.
 *
 * See https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
export interface Shape {
  /** Shapes of the fields of an object. */
  readonly fields?: Readonly<Record<string, Shape>>;
  /**
   * Shape of each item of a list or each value of a map. Present for every map; absent for a list whose items have no
   * shape.
   */
  readonly each?: Shape;
  /** The API server merges the items of the list by these keys. Without keys, one field manager owns the whole list. */
  readonly keys?: readonly ListKey[];
  /** The list is a set of scalars: order and duplicates do not matter. */
  readonly set?: true;
  /** A single field manager owns the whole object: a field that another client adds is drift. */
  readonly atomic?: true;
  /** A resource quantity, which the API server stores in canonical form: "1000m" becomes "1". */
  readonly quantity?: "exact" | "milli";
  /** The API server treats 0 or "" as an omitted field, and sets the default value. */
  readonly zeroMeansDefault?: true;
  /** Default value that the API server sets if the field is omitted. */
  readonly filledIn?: string | number | boolean;
  /**
   * Whether `{}` differs from an omitted field. For example, `emptyDir: {}` defines a volume, and an empty selector
   * matches all objects.
   */
  readonly emptyCounts?: true;
}

const PLAIN: Shape = {};

/** Returns the shape of one field of an object, or of one value of a map. */
export function fieldOf(shape: Shape, field: string): Shape {
  // A map may have a key such as "constructor". Therefore, the lookup ignores inherited properties.
  if (shape.fields && Object.hasOwn(shape.fields, field)) return shape.fields[field] ?? PLAIN;
  return shape.each ?? PLAIN;
}

/**
 * Returns the key of a list item as one comparable string, such as `["main"]` or `[80,"TCP"]`. An absent key field
 * without a default value counts as "", because the API server omits empty names. Returns undefined for an item that is
 * not an object.
 */
export function itemKey(keys: readonly ListKey[], item: unknown): string | undefined {
  if (!isJsonObject(item)) return undefined;
  let key = "";
  // JSON.stringify is too slow here, because every reconciliation runs this code for every item of every keyed list.
  for (const { field, absent } of keys) {
    const value = item[field] ?? absent ?? "";
    key += (key && ",") + (typeof value === "string" ? `"${value}"` : String(value));
  }
  return `[${key}]`;
}

/** Returns whether two list items are objects with the same key fields, without computing their {@link itemKey}. */
export function hasSameKey(keys: readonly ListKey[], a: unknown, b: unknown): boolean {
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  return keys.every(({ field, absent = "" }) => (a[field] ?? absent) === (b[field] ?? absent));
}
