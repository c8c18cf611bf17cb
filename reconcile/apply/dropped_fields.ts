import { createBoundedMap } from "../../kube/bounded_map.ts";

/** The applied fields that the API server did not store, keyed by the UID of the object. */
export type DroppedFields = ReturnType<typeof createDroppedFields>;

/**
 * Maximum number of objects in the record. Few objects have dropped fields, so the record rarely reaches this limit.
 */
const MAX_OBJECTS = 10_000;

/**
 * Creates a record of the applied fields that the API server did not store: fields behind feature gates, and fields
 * that a mutating webhook overwrites. Later reconciliations do not apply the recorded fields again.
 *
 * The record is only in memory. Managed fields do not show which fields were dropped. So after a restart, the operator
 * applies each field once more. If the API server still drops the field, the apply changes nothing.
 */
export function createDroppedFields() {
  const known = createBoundedMap<{ planHash: string; paths: ReadonlySet<string> }>(MAX_OBJECTS);
  return {
    /** Returns the paths that the API server dropped when this plan was applied to this object. */
    get(uid: string, planHash: string): ReadonlySet<string> | undefined {
      const entry = known.get(uid);
      return entry?.planHash === planHash ? entry.paths : undefined;
    },
    /**
     * Stores the paths of the fields that the API server dropped from an apply. Returns whether one of the paths is
     * new.
     */
    remember(uid: string, planHash: string, paths: readonly string[]): boolean {
      const before = known.get(uid);
      if (paths.length === 0) {
        known.delete(uid);
        return false;
      }
      known.set(uid, { planHash, paths: new Set(paths) });
      return before?.planHash !== planHash || paths.some((path) => !before.paths.has(path));
    },
  };
}
