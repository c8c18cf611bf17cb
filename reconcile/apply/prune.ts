import type { Client } from "../../kube/client.ts";
import { isConflict, isNotFound } from "../../kube/errors.ts";
import { type KubeObject, objectKey, type OwnerReference } from "../../kube/object.ts";
import { refOf, type Write } from "./execution.ts";
import { controllerOf } from "./ownership.ts";
import type { Planned } from "./planned.ts";
import type { StoredKind } from "./stored_kinds.ts";

/**
 * Returns the children that a plan no longer contains, such as the component of a removed service. The plan of the parent
 * prunes them only if it found no problem, and leaves out kinds that hold data (PVCs); nothing is pruned while the parent is
 * paused. Children that are being deleted already are included: the executor skips them, and a status may wait for them.
 */
export function unplanned<T extends KubeObject>(
  owned: readonly T[],
  planned: readonly Pick<Planned, "manifest">[],
): T[] {
  const keep = new Set(planned.map(({ manifest }) => keyOf(manifest)));
  return owned.filter((object) => !keep.has(keyOf(object)));
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

/** The store and the client of a prune, and the parent of the pruned object. */
export interface PruneOptions {
  client: Pick<Client, "delete" | "patch">;
  kind: StoredKind;
  parent: KubeObject;
  signal: AbortSignal | undefined;
}

/**
 * Prunes an object that the parent no longer plans. An object that the parent controls is deleted, with its UID as
 * precondition. An object that it co-owns loses the owner reference, and is deleted if that was the last one. Any other
 * object is left alone. An object that is already gone or replaced is not an error.
 *
 * @param object as the plan saw it; the object in the store decides
 * @returns the write, if any
 */
export async function pruneObject(
  object: KubeObject,
  { client, kind: { resource, store }, parent, signal }: PruneOptions,
): Promise<Write | undefined> {
  const live = store.get(objectKey(object.metadata));
  if (!live || live.metadata.uid !== object.metadata.uid || live.metadata.deletionTimestamp) return;
  const ref = refOf(live);
  const remaining = ownersWithout(live, parent);
  if (remaining === undefined) return;
  try {
    if (remaining.length > 0) {
      const { resourceVersion } = live.metadata;
      const body = { metadata: { resourceVersion, ownerReferences: remaining } };
      const patch = { type: "merge", body } as const;
      store.write(await client.patch(resource, live.metadata, patch, { signal }));
      return { ref, verb: "release", why: ["no longer planned"] };
    }
    await deleteObject(live, { client, kind: { resource, store }, signal });
    return { ref, verb: "delete", why: ["no longer planned"] };
  } catch (error) {
    const isGone = isNotFound(error) || (isConflict(error) && remaining.length === 0);
    if (!isGone) throw error;
    return undefined;
  }
}

/** Deletes exactly this object; its dependents are deleted in the background. */
export async function deleteObject(
  live: KubeObject,
  { client, kind: { resource, store }, signal }: Omit<PruneOptions, "parent">,
): Promise<void> {
  const { name, uid = "", finalizers = [] } = live.metadata;
  await client.delete(resource, live.metadata, { uid, propagationPolicy: "Background", signal });
  // With a finalizer the object remains for a while, and the watch reports its end.
  if (finalizers.length === 0) store.removed({ name, namespace: live.metadata.namespace }, uid);
}

/** Returns the owners without the parent: none if the parent controls the object, undefined if it is not an owner. */
function ownersWithout(live: KubeObject, parent: KubeObject): OwnerReference[] | undefined {
  const parentUid = parent.metadata.uid;
  const owners = live.metadata.ownerReferences ?? [];
  if (controllerOf(live)?.uid === parentUid) return [];
  if (!owners.some(({ uid }) => uid === parentUid)) return undefined;
  return owners.filter(({ uid }) => uid !== parentUid);
}
