import { isJsonObject, sameJson } from "./json.ts";

/**
 * The JSON merge patch (RFC 7386) that turns `from` into `to`: what is gone is named with null. Members that are
 * undefined count as absent. Lists are replaced whole; the value itself is returned where one of the two is no object.
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
