import type { Client } from "../../kube/client.ts";
import { isConflict, isNotFound } from "../../kube/errors.ts";
import { type KubeObject, objectKey, type OwnerReference } from "../../kube/object.ts";
import { controllerOf } from "./ownership.ts";
import { refOf, type Write } from "./execution.ts";
import type { StoredKind } from "./stored_kinds.ts";

export interface PruneOptions {
  client: Pick<Client, "delete" | "patch">;
  kind: StoredKind;
  parent: KubeObject;
  signal: AbortSignal | undefined;
}

/**
 * Takes away what the parent no longer plans: deletes what it controls, with a UID precondition; of what it merely
 * keeps alive, its owner reference, or the object if nobody else owns it. Anything else is left alone, and that the
 * object is gone or another one already is fine.
 *
 * @param object as the plan saw it; what counts is what is stored now
 * @returns the write that was made, if any
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
      const patched = await client.patch(resource, live.metadata, { type: "merge", body }, {
        signal,
      });
      store.write(patched);
      return { ref, verb: "release", why: ["no longer planned"] };
    }
    await deleteObject(live, { client, kind: { resource, store }, signal });
    return { ref, verb: "delete", why: ["no longer planned"] };
  } catch (error) {
    // Gone, or another object by now: either way it is not what was to be pruned.
    const fine = isNotFound(error) || (isConflict(error) && remaining.length === 0);
    if (!fine) throw error;
    return undefined;
  }
}

/** Deletes exactly this object; its dependents follow in the background. */
export async function deleteObject(
  live: KubeObject,
  { client, kind: { resource, store }, signal }: Omit<PruneOptions, "parent" | "client"> & {
    client: Pick<Client, "delete">;
  },
): Promise<void> {
  const { name, uid = "", finalizers = [] } = live.metadata;
  await client.delete(resource, live.metadata, { uid, propagationPolicy: "Background", signal });
  // With a finalizer it stays for a while, and the watch will tell its end.
  if (finalizers.length === 0) store.removed({ name, namespace: live.metadata.namespace }, uid);
}

/** The owners without the parent: none if the parent controls the object, undefined if it does not own it. */
function ownersWithout(live: KubeObject, parent: KubeObject): OwnerReference[] | undefined {
  const parentUid = parent.metadata.uid;
  const owners = live.metadata.ownerReferences ?? [];
  if (controllerOf(live)?.uid === parentUid) return [];
  if (!owners.some(({ uid }) => uid === parentUid)) return undefined;
  return owners.filter(({ uid }) => uid !== parentUid);
}
