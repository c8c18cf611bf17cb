import { HistoryResetError } from "./history.ts";
import { compareResourceVersions, type KubeObject, objectKey, type ObjectName } from "./object.ts";
import { createObjectIndex, type ObjectIndex } from "./object_index.ts";
import { createObjectMap } from "./object_map.ts";
import type { ShareValues } from "./shared_values.ts";

/** A change to an object in a store. The store reports it once, even if it arrives several times. */
export type Change<P extends KubeObject> =
  | { type: "added"; object: P; previous?: undefined }
  | { type: "modified"; object: P; previous: P }
  | { type: "deleted"; object: P; previous?: undefined };

/** The last known objects of one kind. Reads do not send a request. Callers must not modify the returned objects. */
export interface Store<P extends KubeObject> {
  /** Returns the object with this `objectKey`: `namespace/name`, or `name` for cluster-scoped kinds. */
  get(key: string): P | undefined;
  list(): P[];
  /** Returns all objects for which the index function named `index` yields `value`. Throws if no such index exists. */
  byIndex(index: string, value: string): P[];
  namespace(namespace: string): P[];
  /** Returns whether any stored object is in this namespace, without listing the objects. */
  hasNamespace(namespace: string): boolean;
  /** Stores the response to a write of this operator. `object` must be complete: the store applies `project` to it. */
  write(object: KubeObject): void;
  /** Drops an object that the operator deleted. Events that are older than the deletion do not restore it. */
  removed(name: ObjectName, uid: string): void;
}

/** Index functions, keyed by index name. Each function yields the values under which the index finds an object. */
export type IndexFunctions<P extends KubeObject> = Record<string, (object: P) => Iterable<string>>;

/** Input of a store: an informer passes its lists and watch events to these functions. */
export interface StoreFeed<T extends KubeObject> {
  event(type: "ADDED" | "MODIFIED" | "DELETED", object: T): void;
  /**
   * Returns whether the operator's own write produced this resourceVersion. The store then has the object already, or a
   * newer version of it, or knows that the object has left its scope or was deleted.
   */
  isWritten(resourceVersion: string): boolean;
  /**
   * Records that a new watch starts. `isWritten` then ignores earlier writes: if the database of the API server was
   * restored from a backup, a resourceVersion of an earlier write can belong to another object.
   */
  watchStarts(): void;
  /** Records that the watch has sent every change up to this resourceVersion. */
  bookmark(resourceVersion: string): void;
  /** Starts to receive a consistent list. The store still serves reads in the meantime. */
  relist(): Relist<T>;
  /** Drops all objects, and reports each as deleted. */
  clear(): void;
}

/** Receives the objects of one consistent list: `add` for each object, then `end`. */
export interface Relist<T extends KubeObject> {
  add(object: T): void;
  /** Handles a deletion that arrives before a streaming list is complete. */
  remove(object: T): void;
  /**
   * Completes the list, and drops stored objects that are neither in the list nor newer than the list. Throws a
   * `HistoryResetError` if the list is older than an earlier watch event, because resourceVersions then no longer show
   * which object is newer.
   */
  end(resourceVersion: string): void;
}

/** Settings of a store. */
export interface StoreOptions<T extends KubeObject, P extends KubeObject> {
  /** API version of the stored objects. `Store.write` throws for an object of another API version or kind. */
  apiVersion: string;
  kind: string;
  /** Reduces an object to the fields to store. `object` still contains its managed fields. */
  project: (object: T) => P;
  /**
   * Shares equal parts of the stored objects, to save memory. The parts of an object that a change does not affect,
   * such as its spec, stay the same objects. By default, nothing is shared.
   */
  share?: ShareValues | undefined;
  /** Indexes that `byIndex` can use, in addition to those that `addIndexes` adds. */
  indexes?: IndexFunctions<P>;
  /** Returns whether an object is in the scope of the store. Called only for responses to writes. */
  accepts?: (object: KubeObject) => boolean;
  onChange: (change: Change<P>) => void;
}

/**
 * Creates an empty store and the feed that updates it. `addIndexes` throws if an index with the same name has a
 * different function.
 */
export function createStore<T extends KubeObject, P extends KubeObject>(
  options: StoreOptions<T, P>,
): { store: Store<P>; feed: StoreFeed<T>; addIndexes(indexes: IndexFunctions<P>): void } {
  const { kind, accepts = () => true, share = (object) => object, onChange } = options;
  const objects = createObjectMap<P>();
  const indexes = new Map<string, ObjectIndex<P>>();
  /** Objects that the operator deleted, until their DELETED event arrives. The key is the uid. */
  const deletedByUs = new Map<string, { key: string; resourceVersion: string | undefined }>();
  /**
   * The resourceVersions of responses to writes whose watch event has not arrived yet, in the order of the responses.
   */
  const written = new Set<string>();
  /** The watch has sent all changes up to this resourceVersion. If an older object is not stored, it was deleted. */
  let latestVersion = "0";

  function advanceTo(resourceVersion: string | undefined) {
    if (resourceVersion && compareResourceVersions(resourceVersion, latestVersion) > 0) {
      latestVersion = resourceVersion;
      for (const version of written) {
        if (compareResourceVersions(version, latestVersion) > 0) break;
        written.delete(version);
      }
    }
  }

  function addIndexes(added: IndexFunctions<P>) {
    for (const [name, valuesOf] of Object.entries(added)) {
      const known = indexes.get(name);
      if (known?.values === valuesOf) continue;
      if (known) throw new Error(`Cannot add index "${name}" of ${kind}: it already exists`);
      const index = createObjectIndex(valuesOf);
      for (const object of objects.list()) index.put(object);
      indexes.set(name, index);
    }
  }
  addIndexes(options.indexes ?? {});

  function put(object: P) {
    objects.put(object);
    for (const index of indexes.values()) index.put(object);
  }

  function take(object: P) {
    objects.drop(object);
    for (const index of indexes.values()) index.drop(object);
  }

  function drop(object: P) {
    take(object);
    onChange({ type: "deleted", object });
  }

  function upsert(object: T) {
    const { uid, deletionTimestamp } = object.metadata;
    // The API server never removes a deletionTimestamp, so an object without it is older than the deletion.
    if (uid && deletedByUs.has(uid) && !deletionTimestamp) return;
    const previous = objects.get(object.metadata);
    if (previous && !isNewer(object, previous)) return;
    const projected = share(options.project(object), previous);
    if (previous && previous.metadata.uid === uid) {
      take(previous);
      put(projected);
      onChange({ type: "modified", object: projected, previous });
    } else {
      if (previous) drop(previous);
      put(projected);
      onChange({ type: "added", object: projected });
    }
  }

  function forget(object: KubeObject) {
    const current = objects.get(object.metadata);
    if (current && !isNewer(current, object)) drop(current);
  }

  const store: Store<P> = {
    get: objects.byKey,
    list: objects.list,
    byIndex(name, value) {
      const index = indexes.get(name);
      if (index) return index.get(value);
      throw new Error(`Cannot look up ${kind} objects: unknown index "${name}"`);
    },
    namespace: objects.namespace,
    hasNamespace: objects.hasNamespace,
    write(object) {
      if (object.kind !== kind || object.apiVersion !== options.apiVersion) {
        throw new Error(
          `Cannot add a ${object.kind} of "${object.apiVersion}" to the store of ${kind} objects of "${options.apiVersion}"`,
        );
      }
      if (!accepts(object)) return forget(object);
      const { resourceVersion } = object.metadata;
      const absent = !objects.get(object.metadata);
      // If the watch has passed this resourceVersion and the object is absent, the object was deleted after the write.
      const isSent = compareResourceVersions(resourceVersion, latestVersion) <= 0;
      if (absent && isSent) return;
      upsert(object as T);
      if (!isSent && resourceVersion) written.add(resourceVersion);
    },
    removed(name, uid) {
      const current = objects.get(name);
      if (!current || current.metadata.uid !== uid) return;
      const { resourceVersion } = current.metadata;
      deletedByUs.set(uid, { key: objectKey(name), resourceVersion });
      drop(current);
    },
  };

  const feed: StoreFeed<T> = {
    event(type, object) {
      if (type === "DELETED") {
        if (object.metadata.uid) deletedByUs.delete(object.metadata.uid);
        forget(object);
      } else upsert(object);
      advanceTo(object.metadata.resourceVersion);
    },
    isWritten: (resourceVersion) => written.has(resourceVersion),
    watchStarts: () => written.clear(),
    bookmark: advanceTo,
    clear() {
      deletedByUs.clear();
      written.clear();
      for (const object of objects.list()) drop(object);
    },
    relist() {
      const listed = new Set<string>();
      return {
        add(object) {
          listed.add(objectKey(object.metadata));
          upsert(object);
        },
        remove(object) {
          listed.delete(objectKey(object.metadata));
          feed.event("DELETED", object);
        },
        end(resourceVersion) {
          if (compareResourceVersions(resourceVersion, latestVersion) < 0) {
            throw new HistoryResetError(kind, { found: resourceVersion, known: latestVersion });
          }
          const notNewer = (version: string | undefined) =>
            compareResourceVersions(version, resourceVersion) <= 0;
          for (const object of objects.list()) {
            const { metadata } = object;
            if (!listed.has(objectKey(metadata)) && notNewer(metadata.resourceVersion)) {
              drop(object);
            }
          }
          for (const [uid, { key, resourceVersion }] of deletedByUs) {
            if (!listed.has(key) && notNewer(resourceVersion)) deletedByUs.delete(uid);
          }
          advanceTo(resourceVersion);
        },
      };
    },
  };
  return { store, feed, addIndexes };
}

function isNewer(first: KubeObject, second: KubeObject): boolean {
  const [a, b] = [first.metadata.resourceVersion, second.metadata.resourceVersion];
  return compareResourceVersions(a, b) > 0;
}

/** Returns the object without its managed fields, which are often half of its size. */
export function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (!object.metadata.managedFields) return object;
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}
