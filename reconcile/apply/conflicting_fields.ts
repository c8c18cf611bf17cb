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
 * Returns the JSON patch that removes the fields which make every apply of the plan invalid. If another client changes the
 * key of a list entry, or replaces one member of a union by another, an apply can only add the planned one beside the
 * foreign one, and validation refuses both together (two ports of one name, two handlers of a probe).
 *
 * In a keyed list that lacks a planned entry, unplanned entries are removed; in an object that lacks a planned member,
 * unplanned members are removed (defaults return by themselves). The patch adds the missing entries at once, since a
 * Service without ports or a probe without a handler would be refused as well. It leaves alone metadata, maps and the
 * members of `spec` itself, which other clients may extend, and values that an apply replaces as a whole.
 * The first operation tests that the live object has not changed. Without conflicts the patch is empty.
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

/** A value of the manifest: its shape, and its path as a JSON pointer. */
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
  // From the end, so that earlier entries keep their index.
  const removed = unplanned.slice(missing.length).reverse();
  return [...operations, ...removed.map((at) => ({ op: "remove", path: at } as const))];
}

/** Returns the JSON pointer (RFC 6901) to a member. */
function pointer(path: string, member: string): string {
  return `${path}/${member.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** A separate field manager distinguishes the fields of this patch from those of other patches. */
const MANAGER = "dynamo-operator-repair";

// Controllers write the status right after a change, which reorders the managed fields. Fields that this manager still owns
// after so many attempts only matter once a later plan drops them, and the next repair of the object gives them up.
const DISOWN_ATTEMPTS = 5;

/**
 * Removes the fields that made the API server refuse an apply, see {@link conflictingFields}. The patch would own the fields
 * that it adds, and a later plan could not remove them; so it gives up ownership at once, and the apply that follows takes
 * it.
 *
 * @returns whether the object changed; false if no field conflicts, or if the API server refuses the patch too
 */
export async function removeConflictingFields(
  manifest: KubeObject,
  live: KubeObject,
  { client, kind: { resource, store }, signal }: {
    client: Pick<Client, "patch">;
    kind: StoredKind;
    signal: AbortSignal | undefined;
  },
): Promise<boolean> {
  const body = conflictingFields(manifest, live, shapeOf(resource));
  if (body.length === 0) return false;
  const patch = (body: JsonPatchOperation[]) =>
    client.patch(resource, live.metadata, { type: "json", body }, {
      fieldManager: MANAGER,
      signal,
    });
  let patched: KubeObject;
  try {
    patched = await patch(body);
  } catch (error) {
    // The refusal of the apply says more. An object that changed meanwhile answers this as well.
    if (isInvalid(error)) return false;
    throw error;
  }
  for (let attempt = 0; attempt < DISOWN_ATTEMPTS; attempt++) {
    const body = disown(patched);
    if (body.length === 0) break;
    try {
      patched = await patch(body);
    } catch (error) {
      if (!isInvalid(error)) throw error;
      // The entries were reordered. An empty patch reads the object without the permission to get its kind.
      patched = await patch([]);
    }
  }
  store.write(patched);
  return true;
}

/** Returns the patch that removes the entry of {@link MANAGER}; empty if there is none. */
function disown({ metadata: { managedFields = [] } }: KubeObject): JsonPatchOperation[] {
  const index = managedFields.findIndex(({ manager }) => manager === MANAGER);
  if (index < 0) return [];
  const path = `/metadata/managedFields/${index}`;
  return [{ op: "test", path: `${path}/manager`, value: MANAGER }, { op: "remove", path }];
}
