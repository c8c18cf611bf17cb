import type { KubeObject } from "../../kube/object.ts";

/**
 * Returns one list: the deleted objects, and the objects in `live` that the garbage collector deletes as a consequence.
 * The garbage collector deletes an object if all its owners are deleted.
 */
export function withDependents(
  objects: Iterable<KubeObject>,
  live: readonly KubeObject[],
): KubeObject[] {
  const deleted = new Set(objects);
  const uids = new Set<string | undefined>();
  // A Set also iterates over the objects that are added during the iteration.
  for (const { metadata } of deleted) {
    uids.add(metadata.uid);
    for (const object of live) {
      const { ownerReferences = [] } = object.metadata;
      const isOrphaned = ownerReferences.every(({ uid }) => uids.has(uid));
      if (ownerReferences.length > 0 && isOrphaned) deleted.add(object);
    }
  }
  return [...deleted];
}
