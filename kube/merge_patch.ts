import { isJsonObject, sameJson } from "./json.ts";

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
