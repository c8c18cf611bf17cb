/** One of the fields that name an item of a keyed list. */
export interface ListKey {
  field: string;
  /** What the server assumes where an item leaves the field out (`TCP` for the protocol of a port). */
  absent?: string;
}

/**
 * What cannot be seen from a manifest but decides how the API server merges and stores it: which lists are
 * keyed, which values are quantities, what is owned as a whole. A struct field without a shape is a plain value;
 * a list without `keys` or `set` is atomic, as server-side apply has it.
 *
 * See https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
export interface Shape {
  /** Shapes of the fields of an object. */
  readonly fields?: Readonly<Record<string, Shape>>;
  /** Shape of every item of a list, or of every value of a map. */
  readonly each?: Shape;
  /** The list is merged by these keys; without it a list of objects is owned as a whole. */
  readonly keys?: readonly ListKey[];
  /** The list of scalars is a set: order and duplicates mean nothing. */
  readonly set?: true;
  /** The object is owned as a whole: what somebody else adds to it is a difference. */
  readonly atomic?: true;
  /** A resource quantity, stored in its canonical form: "1000m" comes back as "1". */
  readonly quantity?: "exact" | "milli";
  /** The server reads zero or "" as "not given" and fills in its default. */
  readonly zeroMeansDefault?: true;
  /** The server fills this in inside an atomic value where it is left out. */
  readonly filledIn?: string | number;
  /** `{}` is a choice here, not the same as leaving the field out (an emptyDir, a selector of everything). */
  readonly emptyCounts?: true;
}

/** A list merged by key, such as containers by name. */
export function keyedBy(keys: readonly (string | ListKey)[], each: Shape = {}): Shape {
  return { keys: keys.map((key) => typeof key === "string" ? { field: key } : key), each };
}

/** A list that has one owner for the whole of it, whose items have a shape all the same. */
export function listOf(each: Shape): Shape {
  return { each };
}

export function struct(fields: Readonly<Record<string, Shape>>): Shape {
  return { fields };
}

const PLAIN: Shape = {};

/** The shape of one field of an object, or of one value of a map. */
export function fieldOf(shape: Shape, field: string): Shape {
  // A map may have a key such as "constructor".
  if (shape.fields && Object.hasOwn(shape.fields, field)) return shape.fields[field] ?? PLAIN;
  return shape.each ?? PLAIN;
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The key of a list item as one comparable string, `["main"]` or `[80,"TCP"]`; items that are no objects have none. */
export function itemKey(keys: readonly ListKey[], item: unknown): string | undefined {
  if (!isPlainObject(item)) return undefined;
  let key = "";
  // Not by JSON.stringify, since this runs for each item of each list in each pass.
  for (const { field, absent } of keys) {
    const value = item[field] ?? absent;
    key += (key && ",") + (typeof value === "string" ? `"${value}"` : String(value ?? null));
  }
  return `[${key}]`;
}
