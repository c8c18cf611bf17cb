import type { KubeObject } from "../../kube/object.ts";
import { shapeOf } from "./builtin_shapes.ts";
import { isEmpty } from "./drift.ts";
import { fieldOf, isPlainObject, itemKey, type Shape } from "./shape.ts";

/** One operation of a JSON patch (RFC 6902). */
export type JsonPatchOperation =
  | { op: "test" | "add" | "replace"; path: string; value: unknown }
  | { op: "remove"; path: string };

/**
 * The JSON patch that takes away what stands in the place of something planned. Whoever changes the key of a list
 * entry, or swaps one member of a union for another, leaves an object in which an apply can only add the planned one
 * beside the stranger's, which validation refuses for ever (two ports of one name, two handlers of a probe).
 *
 * In a keyed list without a planned entry, entries that are not planned go; in an object without a planned member,
 * members that are not planned go (defaults come back by themselves). What is missing takes their place at once, since
 * a Service without ports or a probe without a handler would be refused as well. Metadata, maps and the members of
 * `spec` itself, which others may add to freely, and values that an apply replaces as a whole are left alone.
 *
 * @param planned a manifest as it is applied
 * @param live the object as read from the API server; the patch fits this state only, and tests that it is still there
 * @returns the operations in order; none if nothing is in the way
 */
export function intruders(planned: KubeObject, live: KubeObject): JsonPatchOperation[] {
  const { shape } = shapeOf(planned);
  const [plannedSpec, liveSpec] = [planned, live].map((object) =>
    "spec" in object ? object.spec : undefined
  );
  if (!isPlainObject(plannedSpec) || !isPlainObject(liveSpec)) return [];
  const operations = inMembers(plannedSpec, liveSpec, fieldOf(shape, "spec"), "/spec");
  if (operations.length === 0) return [];
  const value = live.metadata.resourceVersion;
  return [{ op: "test", path: "/metadata/resourceVersion", value }, ...operations];
}

function inValue(
  planned: unknown,
  live: unknown,
  shape: Shape,
  path: string,
): JsonPatchOperation[] {
  if (shape.atomic) return [];
  if (Array.isArray(planned) && Array.isArray(live)) return inList(planned, live, shape, path);
  if (!isPlainObject(planned) || !isPlainObject(live)) return [];
  return [
    ...inMembers(planned, live, shape, path),
    ...(shape.each ? [] : ofObject(planned, live, shape, path)),
  ];
}

function inMembers(
  planned: Record<string, unknown>,
  live: Record<string, unknown>,
  shape: Shape,
  path: string,
): JsonPatchOperation[] {
  return Object.entries(planned).flatMap(([field, value]) =>
    field === "metadata"
      ? []
      : inValue(value, live[field], fieldOf(shape, field), pointer(path, field))
  );
}

function ofObject(
  planned: Record<string, unknown>,
  live: Record<string, unknown>,
  shape: Shape,
  path: string,
): JsonPatchOperation[] {
  const missing = Object.entries(planned).filter(([field, value]) =>
    live[field] === undefined && (fieldOf(shape, field).emptyCounts || !isEmpty(value))
  );
  const strange = Object.keys(live).filter((field) => planned[field] === undefined);
  if (missing.length === 0 || strange.length === 0) return [];
  return [
    ...strange.map((field) => ({ op: "remove", path: pointer(path, field) } as const)),
    ...missing.map(([field, value]) => ({ op: "add", path: pointer(path, field), value }) as const),
  ];
}

function inList(
  planned: readonly unknown[],
  live: readonly unknown[],
  { keys, each = {} }: Shape,
  path: string,
): JsonPatchOperation[] {
  if (!keys) return [];
  const wanted = new Map(planned.map((item) => [itemKey(keys, item), item]));
  const found = new Set(live.map((item) => itemKey(keys, item)));
  const missing = planned.filter((item) => !found.has(itemKey(keys, item)));
  const operations: JsonPatchOperation[] = [];
  const strange: string[] = [];
  live.forEach((item, index) => {
    const key = itemKey(keys, item);
    const at = pointer(path, String(index));
    if (wanted.has(key)) operations.push(...inValue(wanted.get(key), item, each, at));
    else strange.push(at);
  });
  if (missing.length === 0) return operations;
  strange.slice(0, missing.length).forEach((at, index) =>
    operations.push({ op: "replace", path: at, value: missing[index] })
  );
  // From the end, so that those before keep their index.
  const removed = strange.slice(missing.length).reverse();
  return [...operations, ...removed.map((at) => ({ op: "remove", path: at } as const))];
}

/** A JSON pointer (RFC 6901) to a member. */
function pointer(path: string, member: string): string {
  return `${path}/${member.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
