import type { Client } from "../../kube/client.ts";
import { isNotFound } from "../../kube/errors.ts";
import { type KubeObject, objectKey, type OwnerReference } from "../../kube/object.ts";
import { refOf, type Write } from "./execution.ts";
import { controllerOf } from "./ownership.ts";
import type { Planned } from "./planned.ts";
import type { StoredKind } from "./stored_kinds.ts";

/** Reason in the event about an object that the operator deletes in order to recreate it. */
export const TO_CREATE_AGAIN = "to create it again";

/**
 * Returns the children that the plan no longer contains, such as the component of a removed service. Also returns the
 * children in the `after` list of a planned object, because the operator must delete them first.
 *
 * The operator prunes these children only if the plan found no problem and the parent is not paused. It never prunes
 * kinds that hold data (PVCs). The result includes children that are being deleted, because a status may wait for their
 * deletion. The executor skips them.
 */
export function unplanned<T extends KubeObject>(
  owned: readonly T[],
  planned: readonly Pick<Planned, "manifest" | "after" | "held">[],
): T[] {
  const keep = new Set(planned.map(({ manifest }) => keyOf(manifest)));
  const replaced = new Set(
    planned.flatMap(({ after = [], held }) =>
      held ? [] : after.map(({ metadata }) => metadata.uid)
    ),
  );
  return owned.filter((object) => !keep.has(keyOf(object)) || replaced.has(object.metadata.uid));
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

/** Dependencies of {@link pruneObject}: the store, the client, and the parent of the pruned object. */
export interface PruneOptions {
  client: Pick<Client, "delete" | "patch">;
  kind: StoredKind;
  parent: KubeObject;
  /** Why the operator deletes the object; by default, because the parent no longer needs it. */
  why?: string;
  signal: AbortSignal | undefined;
}

/**
 * Prunes an object that the parent no longer needs. If the parent controls the object or is its last owner, deletes the
 * object. The UID and the resourceVersion are preconditions, because another client may have removed the owner
 * reference since the object was stored. If the parent is one of several co-owners, removes only its owner reference.
 * Leaves any other object unchanged. Does nothing if the object is already deleted. Throws a conflict if the object has
 * changed since it was stored.
 *
 * @param object the object that the plan observed; the function uses the owners of the stored object
 * @returns the write; undefined if nothing was written
 */
export async function pruneObject(
  object: KubeObject,
  { client, kind, parent, why = "no longer needed", signal }: PruneOptions,
): Promise<Write | undefined> {
  const { store } = kind;
  const live = store.get(objectKey(object.metadata));
  if (!live || live.metadata.uid !== object.metadata.uid || live.metadata.deletionTimestamp) return;
  const ref = refOf(live);
  const remaining = ownersWithout(live, parent);
  if (remaining === undefined) return;
  try {
    if (remaining.length > 0) {
      await releaseObject(live, { client, kind, parent, signal });
      return { ref, verb: "release", why: [why] };
    }
    await deleteObject(live, { client, kind, signal });
    return { ref, verb: "delete", why: [why] };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return undefined;
  }
}

/**
 * Removes the owner reference to a parent. Throws a conflict if the object has changed since it was stored. Does
 * nothing if the object is already deleted.
 */
export async function releaseObject(
  { metadata }: KubeObject,
  { client, kind: { resource, store }, parent, signal }: Omit<PruneOptions, "why">,
): Promise<void> {
  const { resourceVersion } = metadata;
  const ownerReferences = (metadata.ownerReferences ?? [])
    .filter(({ uid }) => uid !== parent.metadata.uid);
  const body = { metadata: { resourceVersion, ownerReferences } };
  try {
    store.write(await client.patch(resource, metadata, { type: "merge", body }, { signal }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/**
 * Deletes the object only if its UID and resourceVersion are unchanged. The garbage collector deletes the dependents
 * after the object, or before it if the kind sets `deletesDependentsFirst`.
 */
export async function deleteObject(
  live: KubeObject,
  { client, kind, signal }: Pick<PruneOptions, "client" | "kind" | "signal">,
): Promise<void> {
  const { resource, store, deletesDependentsFirst = false } = kind;
  const { name, uid = "", resourceVersion, finalizers = [] } = live.metadata;
  const propagationPolicy = deletesDependentsFirst ? "Foreground" : "Background";
  await client.delete(resource, live.metadata, { uid, resourceVersion, propagationPolicy, signal });
  // An object with a finalizer still exists after the request. The watch reports its deletion later.
  if (finalizers.length > 0 || deletesDependentsFirst) return;
  store.removed({ name, namespace: live.metadata.namespace }, uid);
}

/** Returns the other owners of an object; [] if the parent controls it, undefined if the parent does not own it. */
function ownersWithout(live: KubeObject, parent: KubeObject): OwnerReference[] | undefined {
  const parentUid = parent.metadata.uid;
  const owners = live.metadata.ownerReferences ?? [];
  if (controllerOf(live)?.uid === parentUid) return [];
  if (!owners.some(({ uid }) => uid === parentUid)) return undefined;
  return owners.filter(({ uid }) => uid !== parentUid);
}
