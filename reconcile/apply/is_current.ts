import { type KubeObject, objectKey } from "../../kube/object.ts";
import { decide, type Situation } from "./decide.ts";
import type { Planned } from "./planned.ts";
import type { StoredKinds } from "./stored_kinds.ts";

/** The children that one parent should have, and the children to prune. */
export interface Children {
  parent: KubeObject;
  planned: readonly Planned[];
  prune?: readonly KubeObject[];
}

/**
 * Returns whether the executor would write and prune nothing because the stored objects are as planned. Returns false
 * if a planned object must wait until another object has been deleted or changed.
 */
export function isCurrent(
  { parent, planned, prune = [] }: Children,
  { stores, ...rules }: { stores: StoredKinds } & Pick<Situation, "dropped" | "hasSameIdentity">,
): boolean {
  return prune.length === 0 && planned.every((item) => {
    if (item.after && item.after.length > 0) return false;
    const { manifest } = item;
    const live = stores(manifest).store.get(objectKey(manifest.metadata));
    const decision = decide({ parent, planned: item, live, ...rules });
    return decision.action === "none" && ["same", "exists"].includes(decision.reason);
  });
}
