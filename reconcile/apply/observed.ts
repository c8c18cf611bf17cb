import type { KubeObject } from "../../kube/object.ts";

/** What a planner may know of the cluster: plain look-ups over what has been read, no requests. */
export interface Observed {
  /** The object of this kind and name in the parent's namespace, whoever owns it (cluster-scoped kinds: of that name). */
  find(kind: string, name: string): KubeObject | undefined;
  /** Every object whose controller ownerReference carries the parent's UID. */
  readonly owned: readonly KubeObject[];
}

/** Builds an {@linkcode Observed} from a list of objects of one namespace; for `render` and for tests. */
export function observedFrom(objects: readonly KubeObject[], parentUid?: string): Observed {
  const byName = new Map(objects.map((o) => [`${o.kind}/${o.metadata.name}`, o]));
  return {
    find: (kind, name) => byName.get(`${kind}/${name}`),
    owned: parentUid === undefined
      ? []
      : objects.filter((object) =>
        object.metadata.ownerReferences?.some((owner) =>
          owner.controller && owner.uid === parentUid
        )
      ),
  };
}
