/** Returns whether a JSON value is an object, not a list and not null. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns whether two JSON values are equal. The order of fields does not count; an undefined field counts as absent. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => sameJson(value, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameJson(a[key], b[key]));
}

/** Returns JSON with the fields of every object in alphabetical order, without undefined fields. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  // Hot path: every planned object passes here, so it builds one string and no lists.
  let json = "";
  if (Array.isArray(value)) {
    for (const item of value) json += `${json && ","}${canonicalJson(item)}`;
    return `[${json}]`;
  }
  const object = value as Record<string, unknown>;
  for (const name of Object.keys(object).sort()) {
    const inner = object[name];
    if (inner === undefined) continue;
    json += `${json && ","}${JSON.stringify(name)}:${canonicalJson(inner)}`;
  }
  return `{${json}}`;
}

/**
 * Returns the JSON merge patch (RFC 7386) that changes `from` into `to`. It deletes a field by null, and replaces an
 * array as a whole. Undefined fields count as absent. If one of the values is not an object, returns `to`.
 */
export function mergePatch(from: unknown, to: unknown): unknown {
  if (!isJsonObject(from) || !isJsonObject(to)) return to;
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(from)) {
    if (to[key] === undefined && from[key] !== undefined) patch[key] = null;
  }
  for (const [key, value] of Object.entries(to)) {
    if (value === undefined || sameJson(from[key], value)) continue;
    patch[key] = mergePatch(from[key], value);
  }
  return patch;
}
