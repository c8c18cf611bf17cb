import { isJsonObject } from "./json.ts";

/** One of the fields that identify an item of a keyed list. */
export interface ListKey {
  readonly field: string;
  /** The value that the API server assumes if an item omits the field: `TCP` for the protocol of a port. */
  readonly absent?: string;
}

/**
 * Facts about a value that its manifest does not show, but that decide how the API server merges and stores it.
 * A field without a shape is a plain value. A list without `keys` or `set` is atomic, as in server-side apply.
 *
 * See https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
export interface Shape {
  /** Shapes of the fields of an object. */
  readonly fields?: Readonly<Record<string, Shape>>;
  /** Shape of every item of a list, or of every value of a map. Every map has it, a list only if it is not plain. */
  readonly each?: Shape;
  /** The API server merges the list by these keys. A list of objects without keys has a single owner. */
  readonly keys?: readonly ListKey[];
  /** The list is a set of scalars: order and duplicates do not matter. */
  readonly set?: true;
  /** The object has a single owner: a field that another client adds is drift. */
  readonly atomic?: true;
  /** A resource quantity, which the API server stores in canonical form: "1000m" becomes "1". */
  readonly quantity?: "exact" | "milli";
  /** The API server reads zero or "" as an omitted field and sets its default. */
  readonly zeroMeansDefault?: true;
  /** The default that the API server sets if the field is omitted. */
  readonly filledIn?: string | number | boolean;
  /** `{}` differs from an omitted field: an emptyDir volume, a selector that selects everything. */
  readonly emptyCounts?: true;
}

const PLAIN: Shape = {};

/** Returns the shape of one field of an object, or of one value of a map. */
export function fieldOf(shape: Shape, field: string): Shape {
  // Object.hasOwn, because a map may have a key such as "constructor".
  if (shape.fields && Object.hasOwn(shape.fields, field)) return shape.fields[field] ?? PLAIN;
  return shape.each ?? PLAIN;
}

/**
 * Returns the key of a list item as one comparable string, such as `["main"]` or `[80,"TCP"]`.
 * Returns undefined for an item that is not an object.
 */
export function itemKey(keys: readonly ListKey[], item: unknown): string | undefined {
  if (!isJsonObject(item)) return undefined;
  let key = "";
  // JSON.stringify is too slow here: this runs for every item of every keyed list in every reconciliation.
  for (const { field, absent } of keys) {
    const value = item[field] ?? absent;
    key += (key && ",") + (typeof value === "string" ? `"${value}"` : String(value ?? null));
  }
  return `[${key}]`;
}
