import { createRecentMap } from "./recent_map.ts";

/** Returns whether a JSON value is an object. Lists and null are not objects. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses a JSON object. Returns undefined for any other text. */
export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns whether two JSON values are equal, in any field order. An undefined field equals an absent field. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return false;
    for (let index = 0; index < a.length; index++) {
      if (!sameJson(a[index], b[index])) return false;
    }
    return true;
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  // This function runs for every status and every plan. For speed, it does not create lists of keys. It compares only
  // own fields, because objects inherit fields such as "constructor".
  for (const key in a) {
    if (Object.hasOwn(b, key) ? !sameJson(a[key], b[key]) : a[key] !== undefined) return false;
  }
  for (const key in b) {
    if (!Object.hasOwn(a, key) && b[key] !== undefined) return false;
  }
  return true;
}

/** Returns the JSON text of a value with the fields of every object in alphabetical order, without undefined fields. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  // This function runs for every planned object. For speed, it builds one string without intermediate lists.
  let json = "";
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      json += (index > 0 ? "," : "") + canonicalJson(value[index]);
    }
    return `[${json}]`;
  }
  const object = value as Record<string, unknown>;
  for (const name of sorted(Object.keys(object))) {
    const inner = object[name];
    if (inner !== undefined) json += (json && ",") + quoted(name) + canonicalJson(inner);
  }
  return `{${json}}`;
}

const quotedNames = createRecentMap<string, string>(500);

/** Returns a field name as JSON, with a colon. Caches the result, because all objects of a kind have the same fields. */
function quoted(name: string): string {
  const known = quotedNames.get(name);
  if (known !== undefined) return known;
  const text = `${JSON.stringify(name)}:`;
  quotedNames.set(name, text);
  return text;
}

/** Sorts the list in place. Allocates no memory if the list is already sorted. */
function sorted(names: string[]): string[] {
  for (let index = 1; index < names.length; index++) {
    if ((names[index - 1] ?? "") > (names[index] ?? "")) return names.sort();
  }
  return names;
}

/**
 * Returns the JSON merge patch (RFC 7386) that changes `from` into `to`. The patch sets deleted fields to null and
 * replaces whole arrays. An undefined field equals an absent field. Returns `to` if `from` or `to` is not an object.
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
