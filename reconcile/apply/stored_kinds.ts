import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Store } from "../../kube/store.ts";

/** A kind and where its objects are kept as last seen. */
export interface StoredKind {
  resource: Resource<KubeObject>;
  store: Pick<Store<KubeObject>, "get" | "write" | "removed">;
}

/** Finds the kind of an object; throws if nobody keeps its kind. */
export type StoredKinds = (object: Pick<KubeObject, "apiVersion" | "kind">) => StoredKind;

/** The look-up over these kinds. A drift check needs all of an object but `managedFields`, so keep the rest. */
export function storedKinds(kinds: Iterable<StoredKind>): StoredKinds {
  const byName = new Map<string, StoredKind>();
  for (const stored of kinds) {
    byName.set(`${stored.resource.apiVersion}/${stored.resource.kind}`, stored);
  }
  return ({ apiVersion, kind }) => {
    const found = byName.get(`${apiVersion}/${kind}`);
    if (!found) throw new Error(`Cannot find ${kind} of "${apiVersion}": no store keeps this kind`);
    return found;
  };
}
