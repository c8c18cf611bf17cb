import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Store } from "../../kube/store.ts";

/** A kind and the store of its objects. Drift needs all of an object but `managedFields`, so projections keep the rest. */
export interface StoredKind {
  resource: Resource<KubeObject>;
  store: Pick<Store<KubeObject>, "get" | "write" | "removed">;
}

/** Returns the kind of an object; throws if no store keeps it. */
export type StoredKinds = (object: Pick<KubeObject, "apiVersion" | "kind">) => StoredKind;

/** Returns the lookup over these kinds. */
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
