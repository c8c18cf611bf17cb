import type { Informer } from "../../kube/informer.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { ListScope } from "../../kube/selector.ts";
import {
  createStore,
  type IndexFunctions,
  type Store,
  type StoreFeed,
  withoutManagedFields,
} from "../../kube/store.ts";
import type { InformerSet, Selection } from "../../reconcile/engine/informer_set.ts";
import { ownerIndex } from "../../reconcile/engine/lookup.ts";

/**
 * Loads the objects of a kind that match the selectors in `scope`. Returns undefined if the API server does not serve
 * the kind.
 */
export type LoadObjects = (
  resource: Resource<KubeObject>,
  scope: ListScope,
) => Promise<readonly KubeObject[] | undefined>;

/** Stores for the kinds that a plan depends on. Each store is loaded once; it does not watch the API server. */
export interface ObjectSet extends Pick<InformerSet, "get"> {
  /** Loads the objects of all kinds for which a caller has called `get`. */
  load(load: LoadObjects): Promise<void>;
}

interface Entry {
  resource: Resource<KubeObject>;
  scope: ListScope;
  store: Store<KubeObject>;
  feed: StoreFeed<KubeObject>;
  addIndexes(indexes: IndexFunctions<KubeObject>): void;
  served: boolean;
}

/** Creates an empty {@linkcode ObjectSet}. */
export function createObjectSet(): ObjectSet {
  const entries = new Map<string, Entry>();
  return {
    get<T extends KubeObject, P extends KubeObject = T>(
      resource: Resource<T>,
      { project, indexes = {}, ...selection }: Selection<T, P> = {},
    ) {
      const scope = scopeOf(selection);
      const key = JSON.stringify([resource.apiVersion, resource.kind, scope]);
      const entry = entries.get(key) ?? {
        resource,
        scope,
        ...createStore<KubeObject, KubeObject>({
          apiVersion: resource.apiVersion,
          kind: resource.kind,
          project: (project ?? withoutManagedFields) as (object: KubeObject) => KubeObject,
          indexes: ownerIndex,
          onChange() {},
        }),
        served: true,
      };
      entries.set(key, entry);
      entry.addIndexes(indexes as IndexFunctions<KubeObject>);
      return loadedInformer(entry) as Informer<KubeObject> as Informer<P>;
    },
    async load(load) {
      for (const entry of entries.values()) {
        const objects = await load(entry.resource, entry.scope);
        entry.served = objects !== undefined;
        for (const object of objects ?? []) entry.feed.event("ADDED", object);
      }
    },
  };
}

function scopeOf(
  { name, labelSelector, fieldSelector }: Pick<
    Selection<KubeObject, KubeObject>,
    "name" | "labelSelector" | "fieldSelector"
  >,
): ListScope {
  return {
    labelSelector,
    fieldSelector: name === undefined ? fieldSelector : `metadata.name=${name}`,
  };
}

/** Returns an informer that never changes its store. */
function loadedInformer(entry: Entry): Informer<KubeObject> {
  return {
    store: entry.store,
    addIndexes: entry.addIndexes,
    start() {},
    synced: Promise.resolve(),
    settled: Promise.resolve(),
    outdated: new Promise(() => {}),
    reportOutdated() {},
    state: () => entry.served ? "synced" : "absent",
    onStateChange() {},
    silentForMs: () => 0,
    problem: () => undefined,
    stopped: Promise.resolve(),
    onChange() {},
  };
}
