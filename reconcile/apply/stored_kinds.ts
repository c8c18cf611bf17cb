import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Store } from "../../kube/store.ts";

/** A kind and the store of its objects. For drift detection, the store keeps all fields except `managedFields`. */
export interface StoredKind {
  resource: Resource<KubeObject>;
  store: Pick<Store<KubeObject>, "get" | "write" | "removed">;
  /**
   * Whether the garbage collector deletes the dependents of an object before the object itself (foreground deletion).
   */
  deletesDependentsFirst?: boolean | undefined;
}

/** Returns the kind of an object together with its store. Throws if no store contains the kind. */
export type StoredKinds = (object: Pick<KubeObject, "apiVersion" | "kind">) => StoredKind;

/** Returns a function that finds the stored kind of an object. Throws if two stores contain the same kind. */
export function storedKinds(kinds: Iterable<StoredKind>): StoredKinds {
  const byName = new Map<string, StoredKind>();
  for (const stored of kinds) {
    const { apiVersion, kind } = stored.resource;
    const name = `${apiVersion}/${kind}`;
    if ((byName.get(name) ?? stored).store !== stored.store) {
      throw new Error(`Cannot write ${kind} of "${apiVersion}": two stores have this kind`);
    }
    byName.set(name, stored);
  }
  return ({ apiVersion, kind }) => {
    const found = byName.get(`${apiVersion}/${kind}`);
    if (!found) throw new Error(`Cannot find ${kind} of "${apiVersion}": no store has this kind`);
    return found;
  };
}
