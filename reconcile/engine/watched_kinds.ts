import type { Informer } from "../../kube/informer.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { findIn, type Observed } from "../apply/observed.ts";
import type { StoredKind } from "../apply/stored_kinds.ts";
import type { ChildKind, ChildTable, ControllerKinds } from "./child_kind.ts";
import type { InformerSet } from "./informer_set.ts";
import { createLookup, emptyLookup, type Lookup } from "./lookup.ts";
import { selfKey, type Watch } from "./watch.ts";

/** The kinds of one controller with their informers. */
export interface WatchedKinds<T extends KubeObject, C extends ChildTable> {
  own: Lookup<T>;
  children: Lookups<C>;
  watches: readonly Watch[];
  /** The kinds that the executor writes for this controller. */
  written: readonly StoredKind[];
  /** Returns the stored children of a parent, as plans read them. */
  observe(parent: T): Observed;
}

/** The lookups of a table, by the name of the row. */
export type Lookups<C extends ChildTable> = {
  readonly [K in keyof C]: Lookup<NonNullable<C[K]> extends ChildKind<infer P> ? P : never>;
};

/** Adds the informers of a controller's kinds to the set, with their indexes. */
export function watchKinds<T extends KubeObject, C extends ChildTable>(
  informers: InformerSet,
  kinds: ControllerKinds<T, C>,
): WatchedKinds<T, C> {
  const ownInformer = informers.get(kinds.own.resource, kinds.own) as Informer<
    KubeObject
  > as Informer<T>;
  const own = createLookup(ownInformer);
  const children: Record<string, Lookup<KubeObject>> = {};
  const present: { row: ChildKind; informer: Informer<KubeObject>; lookup: Lookup<KubeObject> }[] =
    [];
  for (const [name, row] of Object.entries(kinds.children)) {
    if (row) {
      const informer = informers.get(row.resource, row);
      const lookup = createLookup(informer);
      present.push({ row, informer, lookup });
      children[name] = lookup;
    } else children[name] = emptyLookup();
  }
  const byKind = new Map(present.map(({ row, lookup }) => [kindOf(row.resource), lookup]));
  // Without the permission to delete, the operator does not prune a kind.
  const prunable = present.filter(({ row }) => row.verbs?.includes("delete"));
  return {
    own,
    children: children as Lookups<C>,
    watches: [
      { informer: ownInformer, keys: selfKey, primary: true },
      ...present.map(({ row, informer }) => ({
        informer,
        keys: (object: KubeObject) => row.keys(object, own),
        settleMs: row.settleMs ?? 0,
      })),
    ],
    written: present.filter(({ row }) => row.verbs?.includes("create"))
      .map(({ row: { resource }, lookup: { store } }) => ({ resource, store })),
    observe: ({ metadata: { namespace, uid } }) => ({
      find: findIn(
        namespace,
        <K extends KubeObject>(resource: Resource<K>) =>
          byKind.get(kindOf(resource))?.store as Lookup<K>["store"] | undefined,
      ),
      owned: prunable.flatMap(({ lookup }) => lookup.controlledBy(uid)),
    }),
  };
}

function kindOf({ apiVersion, kind }: Resource<KubeObject>): string {
  return `${apiVersion}/${kind}`;
}
