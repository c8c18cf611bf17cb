import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { controllerOf } from "./ownership.ts";
import { carriesPlan } from "./plan_hash.ts";
import type { Planned } from "./planned.ts";

/** The part of the cluster that a plan may depend on. The lookups use stored objects and send no requests. */
export interface Observed {
  /**
   * Returns the object of this kind and name, even a foreign object. If the kind is namespaced, searches only the
   * parent's namespace.
   */
  find<T extends KubeObject>(resource: Resource<T>, name: string): T | undefined;
  /** Returns whether the API server serves a kind. */
  serves(resource: Resource<KubeObject>): boolean;
  /** Every stored object that the parent controls. */
  readonly owned: readonly KubeObject[];
}

/**
 * Returns an {@linkcode Observed} that contains these objects of one namespace, for offline plans and for tests.
 *
 * @param served the optional kinds that the API server serves
 */
export function observedFrom(
  objects: readonly KubeObject[],
  parentUid?: string,
  served: readonly Resource<KubeObject>[] = [],
): Observed {
  const byName = new Map(objects.map((o) => [`${o.apiVersion}/${o.kind}/${o.metadata.name}`, o]));
  return {
    find: <T extends KubeObject>({ apiVersion, kind }: Resource<T>, name: string) =>
      byName.get(`${apiVersion}/${kind}/${name}`) as T | undefined,
    serves: (resource) => served.includes(resource),
    owned: parentUid === undefined
      ? []
      : objects.filter((object) => controllerOf(object)?.uid === parentUid),
  };
}

/**
 * Returns the reason why the live object differs from its plan: `does not exist yet`, `is being deleted`,
 * `is not up to date yet`; undefined if the live object is as planned. Does not compare the content of objects that the
 * operator does not own.
 */
export function outdated(
  planned: Planned,
  observed: Pick<Observed, "find">,
): string | undefined {
  const { resource, manifest, policy } = planned;
  const live = observed.find(resource, manifest.metadata.name);
  if (!live) return "does not exist yet";
  if (live.metadata.deletionTimestamp) return "is being deleted";
  return policy === "own" && !carriesPlan(live, planned) ? "is not up to date yet" : undefined;
}
