import type { Informer } from "../../kube/informer.ts";
import { type PartitionPod, uidOf } from "./pod.ts";

/** Pods whose end was seen and is not in a status yet: most vanish a moment later. */
export interface EndedPods {
  /** Those of one object, by its UID. */
  of(uid: string): PartitionPod[];
  /** Drops those whose end is recorded, or nobody's any more. */
  forget(uid: string, isRecorded: (pod: string) => boolean): void;
}

/** @param isOpen whether the object of that UID exists and its end is not recorded yet */
export function rememberEndedPods(
  pods: Pick<Informer<PartitionPod>, "onChange">,
  isOpen: (uid: string) => boolean,
): EndedPods {
  const byOwner = new Map<string, Map<string, PartitionPod>>();
  pods.onChange(({ object }) => {
    const uid = uidOf(object.metadata);
    if (object.state !== "ended" || !isOpen(uid)) return;
    const own = byOwner.get(uid) ?? new Map<string, PartitionPod>();
    byOwner.set(uid, own.set(object.metadata.name, object));
  });
  return {
    of: (uid) => [...byOwner.get(uid)?.values() ?? []],
    forget(uid, isRecorded) {
      const own = byOwner.get(uid);
      for (const name of own?.keys() ?? []) if (isRecorded(name)) own?.delete(name);
      if (own?.size === 0) byOwner.delete(uid);
    },
  };
}
