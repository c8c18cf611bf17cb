import { type KubeObject, objectKey } from "../../kube/object.ts";
import { type Resource, resourceName } from "../../kube/resource.ts";
import type { Observed } from "../apply/observed.ts";
import type { StoredKind } from "../apply/stored_kinds.ts";
import type { ChildKind, ChildTable, ControllerKinds, OwnKind } from "./child_kind.ts";
import type { Source } from "./informer_health.ts";
import type { InformerSet } from "./informer_set.ts";
import { createLookup, emptyLookup, type Lookup } from "./lookup.ts";
import type { Watch } from "./watch.ts";

/** The kinds that one controller watches, with their informers. */
export interface WatchedKinds<T extends KubeObject, C extends ChildTable> {
  own: Lookup<T>;
  children: Lookups<C>;
  watches: readonly Watch[];
  /** The kinds that the executor writes for this controller. */
  written: readonly StoredKind[];
  /** The informers that the controller depends on. */
  sources: readonly Source[];
  /**
   * Returns the stored objects that a plan for `parent` can read. `find` returns only objects of kinds that declare
   * `verbs`. `owned` contains only children that the operator may delete.
   */
  observe(parent: T): Observed;
}

/** A lookup for each child kind, keyed by its name in the table. */
export type Lookups<C extends ChildTable> = {
  readonly [K in keyof C]: Lookup<NonNullable<C[K]> extends ChildKind<infer P> ? P : never>;
};

/** Adds an informer with the declared indexes for each kind that a controller watches. */
export function watchKinds<T extends KubeObject, C extends ChildTable>(
  informers: Pick<InformerSet, "get">,
  kinds: ControllerKinds<T, C>,
): WatchedKinds<T, C> {
  const watch = (row: OwnKind | ChildKind, optional = false) => {
    const informer = informers.get(row.resource, { ...row, optional });
    return { name: resourceName(row.resource), informer, optional, lookup: createLookup(informer) };
  };
  const own = watch(kinds.own, kinds.own.optional);
  const names = Object.keys(kinds.children);
  const children = Object.entries(kinds.children).flatMap(([child, row]) =>
    row ? [{ child, row, ...watch(row, row.optional) }] : []
  );
  // Plans read only the kinds that the operator writes. The stores of other kinds may omit fields of the objects.
  const read = new Map(
    [{ row: kinds.own, lookup: own.lookup }, ...children].flatMap(({ row, lookup }) =>
      row.verbs ? [[kindOf(row.resource), lookup] as const] : []
    ),
  );
  // Without the permission to delete, the operator does not prune a kind.
  const pruned = children.filter(({ row }) => row.verbs?.includes("delete"));
  return {
    own: own.lookup as Lookup<KubeObject> as Lookup<T>,
    children: {
      ...Object.fromEntries(names.map((child) => [child, emptyLookup()])),
      ...Object.fromEntries(children.map(({ child, lookup }) => [child, lookup])),
    } as Lookups<C>,
    sources: [{ ...own, primary: true }, ...children],
    watches: [
      { informer: own.informer, keys: ({ metadata }) => [objectKey(metadata)], primary: true },
      ...children.map(({ row, informer }) => ({
        informer,
        keys: (object: KubeObject) => row.keys(object, own.lookup),
        ...(row.keysOfUpdate && {
          keysOfUpdate: (object: KubeObject, previous: KubeObject) =>
            row.keysOfUpdate?.(object, previous, own.lookup) ?? [],
        }),
        settleMs: row.settleMs ?? 0,
      })),
    ],
    written: children
      .filter(({ row }) => row.verbs?.includes("create") && !row.writtenDirectly)
      .map(({ row: { resource, deletesDependentsFirst }, lookup: { store } }) => ({
        resource,
        store,
        deletesDependentsFirst,
      })),
    observe: ({ metadata: { namespace, uid } }) => ({
      find: <K extends KubeObject>(resource: Resource<K>, name: string) => {
        const child = resource.namespaced ? { namespace, name } : { name };
        return read.get(kindOf(resource))?.get(child) as K | undefined;
      },
      serves: (resource) => read.get(kindOf(resource))?.served ?? false,
      owned: pruned.flatMap(({ lookup }) => lookup.controlledBy(uid)),
    }),
  };
}

function kindOf({ apiVersion, kind }: Resource<KubeObject>): string {
  return `${apiVersion}/${kind}`;
}
