import type { KubeObject } from "../../kube/object.ts";
import { decide } from "../apply/decide.ts";
import type { Planned } from "../apply/planned.ts";
import { hasSameIdentity } from "../dynamo/child_identity.ts";

/** Objects that an operator has applied, as an API server stores them. */
export interface AppliedObjects {
  apply(parent: KubeObject, planned: Planned): KubeObject;
  all(): KubeObject[];
}

/**
 * Returns an empty store of applied objects. An object that the test applies for several co-owners has owner references
 * to all of them.
 *
 * @param uidOf returns the UID of a new object
 */
export function appliedObjects(uidOf: (manifest: KubeObject) => string): AppliedObjects {
  const stored = new Map<string, KubeObject>();
  return {
    apply(parent, planned) {
      const { kind, metadata: { namespace, name } } = planned.manifest;
      const key = `${kind}/${namespace ?? ""}/${name}`;
      const live = stored.get(key);
      const dropped = { get: () => undefined };
      const decision = decide({ parent, planned, live, dropped, hasSameIdentity });
      if (live && decision.action === "none") return live;
      if (decision.action !== "create" && decision.action !== "apply") {
        throw new Error(`Cannot apply ${key}: the decision is ${JSON.stringify(decision)}`);
      }
      const { metadata } = decision.manifest;
      const object = structuredClone({
        ...decision.manifest,
        metadata: { ...metadata, uid: uidOf(decision.manifest), generation: 1 },
      });
      stored.set(key, object);
      return object;
    },
    all: () => [...stored.values()],
  };
}
