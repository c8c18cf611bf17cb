import type { Client } from "../../kube/client.ts";
import { isInvalid } from "../../kube/errors.ts";
import { isJsonObject } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import { shapeOf } from "../../kube/resource.ts";
import { fieldOf, itemKey, type Shape } from "../../kube/shape.ts";
import { isEmpty } from "./drift.ts";
import type { StoredKind } from "./stored_kinds.ts";

/** One operation of a JSON patch (RFC 6902). */
export type JsonPatchOperation =
  | { op: "test" | "add" | "replace"; path: string; value: unknown }
  | { op: "remove"; path: string };

/**
 * Returns the JSON patch that removes live fields that conflict with the plan. If another client has changed the key of
 * a list entry or selected another member of a union, an apply adds the planned value and keeps the live one. The
 * API server refuses the result, such as two ports with the same name, or a probe with two handlers.
 *
 * If a live keyed list lacks a planned entry, the patch removes the unplanned entries. If a live object lacks a planned
 * member, the patch removes the unplanned members (the API server sets defaults again). The patch also adds the missing
 * entries and members, because the API server refuses a Service without ports or a probe without a handler. The patch
 * does not change values that an apply replaces as a whole. It also does not change metadata, maps and direct members
 * of `spec`, because other clients may extend these. The first operation tests that the object is unchanged. If nothing
 * conflicts, the patch is empty.
 */
export function conflictingFields(
  planned: KubeObject,
  live: KubeObject,
  shape: Shape,
): JsonPatchOperation[] {
  const [plannedSpec, liveSpec] = [planned, live].map((object) =>
    "spec" in object ? object.spec : undefined
  );
  if (!isJsonObject(plannedSpec) || !isJsonObject(liveSpec)) return [];
  const operations = inMembers(plannedSpec, liveSpec, {
    shape: fieldOf(shape, "spec"),
    path: "/spec",
  });
  if (operations.length === 0) return [];
  const value = live.metadata.resourceVersion;
  return [{ op: "test", path: "/metadata/resourceVersion", value }, ...operations];
}

type Fields = Readonly<Record<string, unknown>>;

/** A value of the manifest: its shape (how the API server merges and stores it), and its path as a JSON pointer. */
interface Place {
  shape: Shape;
  path: string;
}

function inValue(planned: unknown, live: unknown, place: Place): JsonPatchOperation[] {
  if (place.shape.atomic) return [];
  if (Array.isArray(planned) && Array.isArray(live)) return inList(planned, live, place);
  if (!isJsonObject(planned) || !isJsonObject(live)) return [];
  const inside = inMembers(planned, live, place);
  return place.shape.each ? inside : [...inside, ...ofObject(planned, live, place)];
}

function inMembers(planned: Fields, live: Fields, { shape, path }: Place): JsonPatchOperation[] {
  return Object.entries(planned).filter(([field]) => field !== "metadata")
    .flatMap(([field, value]) => {
      const place = { shape: fieldOf(shape, field), path: pointer(path, field) };
      return inValue(value, live[field], place);
    });
}

function ofObject(planned: Fields, live: Fields, { shape, path }: Place): JsonPatchOperation[] {
  const missing = Object.entries(planned).filter(([field, value]) =>
    live[field] === undefined && (fieldOf(shape, field).emptyCounts || !isEmpty(value))
  );
  const unplanned = Object.keys(live).filter((field) => planned[field] === undefined);
  if (missing.length === 0 || unplanned.length === 0) return [];
  return [
    ...unplanned.map((field) => ({ op: "remove", path: pointer(path, field) } as const)),
    ...missing.map(([field, value]) => ({ op: "add", path: pointer(path, field), value }) as const),
  ];
}

function inList(
  planned: readonly unknown[],
  live: readonly unknown[],
  { shape: { keys, each = {} }, path }: Place,
): JsonPatchOperation[] {
  if (!keys) return [];
  const byKey = new Map(planned.map((item) => [itemKey(keys, item), item]));
  const found = new Set(live.map((item) => itemKey(keys, item)));
  const missing = planned.filter((item) => !found.has(itemKey(keys, item)));
  const operations: JsonPatchOperation[] = [];
  const unplanned: string[] = [];
  live.forEach((item, index) => {
    const key = itemKey(keys, item);
    const at = pointer(path, String(index));
    if (byKey.has(key)) {
      operations.push(...inValue(byKey.get(key), item, { shape: each, path: at }));
    } else unplanned.push(at);
  });
  if (missing.length === 0) return operations;
  unplanned.slice(0, missing.length).forEach((at, index) =>
    operations.push({ op: "replace", path: at, value: missing[index] })
  );
  // Entries are removed from the last to the first, so that the index of each earlier entry stays valid.
  const removed = unplanned.slice(missing.length).reverse();
  return [...operations, ...removed.map((at) => ({ op: "remove", path: at } as const))];
}

/** Returns the JSON pointer (RFC 6901) to a member of an object or list. */
function pointer(path: string, member: string): string {
  return `${path}/${member.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Field manager of the repair patch. Its separate name distinguishes the patched fields from applied fields. */
const MANAGER = "dynamo-operator-repair";

// Maximum number of attempts to remove the managed fields of MANAGER. An attempt fails if a status write of another
// controller reorders the managed fields. If all attempts fail, the next repair of the object removes the fields.
const DISOWN_ATTEMPTS = 5;

/**
 * Removes the live fields that made the API server refuse an apply, see {@link conflictingFields}. A later plan cannot
 * remove fields that the field manager of the patch owns. So the operator removes this ownership at once, and the next
 * apply owns the added fields.
 *
 * @returns the changed object; undefined if no field conflicts, or if the API server refuses the patch too
 */
export async function removeConflictingFields(
  manifest: KubeObject,
  live: KubeObject,
  { client, kind: { resource, store }, signal }: {
    client: Pick<Client, "patch">;
    kind: StoredKind;
    signal: AbortSignal | undefined;
  },
): Promise<KubeObject | undefined> {
  const body = conflictingFields(manifest, live, shapeOf(resource));
  if (body.length === 0) return undefined;
  const patch = (body: JsonPatchOperation[]) =>
    client.patch(resource, live.metadata, { type: "json", body }, {
      fieldManager: MANAGER,
      signal,
    });
  let patched: KubeObject;
  try {
    patched = await patch(body);
  } catch (error) {
    // The patch is invalid, or the object has changed. The caller reports the more detailed error of the apply.
    if (isInvalid(error)) return undefined;
    throw error;
  }
  for (let attempt = 0; attempt < DISOWN_ATTEMPTS; attempt++) {
    const body = disown(patched);
    if (body.length === 0) break;
    try {
      patched = await patch(body);
    } catch (error) {
      if (!isInvalid(error)) throw error;
      // The managed fields were reordered. An empty patch returns the live object and needs no permission `get`.
      patched = await patch([]);
    }
  }
  store.write(patched);
  return patched;
}

/** Returns the patch that removes the managed fields of {@link MANAGER}; empty if the object has none. */
function disown({ metadata: { managedFields = [] } }: KubeObject): JsonPatchOperation[] {
  const index = managedFields.findIndex(({ manager }) => manager === MANAGER);
  if (index < 0) return [];
  const path = `/metadata/managedFields/${index}`;
  return [{ op: "test", path: `${path}/manager`, value: MANAGER }, { op: "remove", path }];
}
