/**
 * How the fields of a Go struct merge, as far as a JSON value does not tell. What is not named here replaces the
 * value under it whole whenever it is given: pointers (probes, security contexts, `terminationGracePeriodSeconds`),
 * where even an explicit 0 or false counts, and lists, except that an empty list is as good as none.
 */
export interface MergeShape {
  /** Strings, booleans and numbers that are no pointers: "", false and 0 mean "not given". */
  readonly scalars: readonly string[];
  /** Merged key by key. */
  readonly maps?: readonly string[];
  /** Structs that are no pointers: merged field by field. */
  readonly structs?: Readonly<Record<string, MergeShape>>;
}

/**
 * Lays the fields of one object over those of another, as upstream does (mergo 0.3.6 with override), without
 * changing either. `null` is as good as absent.
 *
 * @param under the defaults
 * @param over what a user wrote
 */
export function mergeStruct<T extends object>(
  under: T,
  over: { readonly [K in keyof T]?: T[K] | undefined },
  shape: MergeShape,
): T {
  const result = { ...under } as Record<string, unknown>;
  for (const [field, value] of Object.entries<unknown>(over)) {
    const merged = mergeField(result[field], value, field, shape);
    if (merged !== undefined) result[field] = merged;
  }
  return result as T;
}

/** The value that a field gets, or undefined where what is under it stays. */
function mergeField(under: unknown, over: unknown, field: string, shape: MergeShape): unknown {
  if (over === null || over === undefined) return undefined;
  if (Array.isArray(over)) return over.length > 0 ? over : undefined;
  if (shape.scalars.includes(field)) return over || undefined;
  const struct = shape.structs?.[field];
  if (struct) return orUndefined(mergeStruct(asObject(under), asObject(over), struct));
  if (shape.maps?.includes(field)) return orUndefined({ ...asObject(under), ...asObject(over) });
  return over;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

function orUndefined(object: Record<string, unknown>) {
  return Object.keys(object).length > 0 ? object : undefined;
}
