import { type KubeObject, objectKey } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { controllerOf } from "./ownership.ts";

/** The part of the cluster that a plan may depend on: lookups over what has been read, without requests. */
export interface Observed {
  /** Returns the object of this kind and name in the parent's namespace, whatever owns it. Cluster-scoped kinds: of that name. */
  find<T extends KubeObject>(resource: Resource<T>, name: string): T | undefined;
  /** Every object that the parent controls. */
  readonly owned: readonly KubeObject[];
}

/** Looks up the stores of some kinds by key; undefined for a kind without a store. */
export type StoreOf = <T extends KubeObject>(
  resource: Resource<T>,
) => { get(key: string): T | undefined } | undefined;

/** Returns the `find` of an {@linkcode Observed} over stores. */
export function findIn(namespace: string | undefined, storeOf: StoreOf): Observed["find"] {
  return (resource, name) =>
    storeOf(resource)?.get(resource.namespaced ? objectKey({ namespace, name }) : name);
}

/** Returns an {@linkcode Observed} over a list of objects of one namespace; for offline plans and for tests. */
export function observedFrom(
  objects: readonly KubeObject[],
  parentUid?: string,
): Observed {
  const byName = new Map(objects.map((o) => [`${o.apiVersion}/${o.kind}/${o.metadata.name}`, o]));
  return {
    find: <T extends KubeObject>({ apiVersion, kind }: Resource<T>, name: string) =>
      byName.get(`${apiVersion}/${kind}/${name}`) as T | undefined,
    owned: parentUid === undefined
      ? []
      : objects.filter((object) => controllerOf(object)?.uid === parentUid),
  };
}
