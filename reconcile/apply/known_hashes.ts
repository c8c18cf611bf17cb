import type { KubeObject } from "../../kube/object.ts";
import { planHashOf } from "./plan_hash.ts";

export type KnownHashes = ReturnType<typeof createKnownHashes>;

/** Maximum number of objects in the record, which bounds its memory. */
const MAX_OBJECTS = 10_000;

/** Creates a record of the plan hashes with which this process has applied or observed objects. */
export function createKnownHashes(maxObjects = MAX_OBJECTS) {
  const known = new Map<string, string>();
  return {
    /** Records the hash of an object that this process has applied, or that needs no apply. */
    remember(live: KubeObject): void {
      const hash = planHashOf(live);
      const { uid = "" } = live.metadata;
      known.delete(uid);
      if (hash !== undefined) known.set(uid, hash);
      const [oldest] = known.keys();
      if (known.size > maxObjects && oldest !== undefined) known.delete(oldest);
    },
    /**
     * Returns whether another client has replaced the hash of an object. It has then restored an earlier state of the
     * object, for example with `kubectl rollout undo`. Returns false for an object that is not in the record.
     */
    isReplaced(live: KubeObject): boolean {
      const before = known.get(live.metadata.uid ?? "");
      return before !== undefined && planHashOf(live) !== before;
    },
  };
}
