import { createBoundedMap } from "../../kube/bounded_map.ts";
import type { KubeObject } from "../../kube/object.ts";
import { planHashOf } from "./plan_hash.ts";

const MAX_OBJECTS = 10_000;

/** Creates a record that contains, for each object, the plan hash that this process last applied or observed. */
export function createKnownHashes() {
  const known = createBoundedMap<string>(MAX_OBJECTS);
  return {
    /** Records the hash of an object that this process has applied, or that needs no apply. */
    remember(live: KubeObject): void {
      const hash = planHashOf(live);
      const { uid = "" } = live.metadata;
      if (hash === undefined) known.delete(uid);
      else known.set(uid, hash);
    },
    /**
     * Returns whether another client has restored an earlier state of the object. For example, `kubectl rollout undo`
     * also restores the earlier plan hash. Returns false for an object that is not in the record.
     */
    isReplaced(live: KubeObject): boolean {
      const before = known.get(live.metadata.uid ?? "");
      return before !== undefined && planHashOf(live) !== before;
    },
  };
}
