import { type KubeObject, objectKey, type ObjectName } from "./object.ts";
import { createObjectIndex } from "./object_index.ts";
import { compareResourceVersions } from "./resource_version.ts";

/** One change of a store, told once, whether a watch, a relist or our own write brought it. */
export type Change<P extends KubeObject> =
  | { type: "added"; object: P; previous?: undefined }
  | { type: "modified"; object: P; previous: P }
  | { type: "deleted"; object: P; previous?: undefined };

/** The objects of one kind as last seen, ours to read without I/O. What it returns must not be changed. */
export interface Store<P extends KubeObject> {
  /** By `objectKey`: `namespace/name`, or `name` for cluster-scoped kinds. */
  get(key: string): P | undefined;
  list(): P[];
  /** All objects for which the index function of that name yields `value`; throws on an unknown index. */
  byIndex(index: string, value: string): P[];
  namespace(namespace: string): P[];
  readonly size: number;
  /** Takes in what a write of ours returned (the whole object; it is projected here). */
  write(object: KubeObject): void;
  /** Forgets what we deleted: events from before the deletion no longer bring it back. */
  removed(name: ObjectName, uid: string): void;
}

/** Values under which an index finds an object. */
export type IndexFunctions<P extends KubeObject> = Record<string, (object: P) => Iterable<string>>;

/** The side of a store that list and watch feed. */
export interface StoreFeed<T extends KubeObject> {
  event(type: "ADDED" | "MODIFIED" | "DELETED", object: T): void;
  /** Everything up to this resourceVersion has been told. */
  bookmark(resourceVersion: string): void;
  /** Begins to take in a consistent list; the store serves reads meanwhile. */
  relist(): Relist<T>;
}

export interface Relist<T extends KubeObject> {
  add(object: T): void;
  /** A deletion told before the end of a streaming list. */
  remove(object: T): void;
  /**
   * Ends the list of this resourceVersion: what it lacks is dropped, unless it is newer than the list. Throws when the
   * list is older than what the watch told: versions no longer say what is newer.
   */
  end(resourceVersion: string): void;
}

export interface StoreOptions<T extends KubeObject, P extends KubeObject> {
  /** Of the objects of this store, to refuse foreign ones. */
  apiVersion: string;
  kind: string;
  project: (object: T) => P;
  indexes?: IndexFunctions<P>;
  /** Whether an object belongs here (namespace, selectors), asked of our own writes. */
  accepts?: (object: KubeObject) => boolean;
  onChange: (change: Change<P>) => void;
}

/** Makes an empty store and the feed that fills it. */
export function createStore<T extends KubeObject, P extends KubeObject>(
  options: StoreOptions<T, P>,
): { store: Store<P>; feed: StoreFeed<T> } {
  const { accepts = () => true, onChange } = options;
  const objects = new Map<string, P>();
  const byNamespace = createObjectIndex<P>((object) => [object.metadata.namespace ?? ""]);
  const named = new Map(
    Object.entries(options.indexes ?? {}).map(([name, of]) => [name, createObjectIndex(of)]),
  );
  const indexes = [byNamespace, ...named.values()];
  /** Objects that we deleted and whose end the watch has not told yet, by uid. */
  const deletedByUs = new Map<string, { key: string; resourceVersion: string | undefined }>();
  /** All changes up to here have been told: an absent object that is not newer has been deleted. */
  let told = "0";

  function seen(resourceVersion: string | undefined) {
    if (resourceVersion && compareResourceVersions(resourceVersion, told) > 0) {
      told = resourceVersion;
    }
  }

  function put(key: string, object: P) {
    objects.set(key, object);
    for (const index of indexes) index.put(object);
  }

  function take(key: string, object: P) {
    objects.delete(key);
    for (const index of indexes) index.drop(object);
  }

  function drop(key: string, object: P) {
    take(key, object);
    onChange({ type: "deleted", object });
  }

  function upsert(object: T) {
    const { uid, resourceVersion, deletionTimestamp } = object.metadata;
    // Once deleted, an object only ever shows up as being deleted; anything else is from before.
    if (uid && deletedByUs.has(uid) && !deletionTimestamp) return;
    const key = objectKey(object.metadata);
    const previous = objects.get(key);
    if (
      previous && compareResourceVersions(resourceVersion, previous.metadata.resourceVersion) <= 0
    ) {
      return;
    }
    const projected = options.project(withoutManagedFields(object));
    if (previous && previous.metadata.uid !== uid) drop(key, previous);
    const modified = previous && previous.metadata.uid === uid;
    if (modified) take(key, previous);
    put(key, projected);
    onChange(
      modified
        ? { type: "modified", object: projected, previous }
        : { type: "added", object: projected },
    );
  }

  function forget(object: KubeObject) {
    const key = objectKey(object.metadata);
    const current = objects.get(key);
    const { resourceVersion } = object.metadata;
    if (!current) return;
    if (compareResourceVersions(resourceVersion, current.metadata.resourceVersion) >= 0) {
      drop(key, current);
    }
  }

  const store: Store<P> = {
    get: (key) => objects.get(key),
    list: () => [...objects.values()],
    byIndex(name, value) {
      const index = named.get(name);
      if (!index) throw new Error(`Cannot look up ${options.kind} by "${name}": no such index`);
      return index.get(value);
    },
    namespace: (namespace) => byNamespace.get(namespace),
    get size() {
      return objects.size;
    },
    write(object) {
      if (object.kind !== options.kind || object.apiVersion !== options.apiVersion) {
        throw new Error(
          `Cannot store a "${object.apiVersion}" ${object.kind} among ${options.kind} objects of "${options.apiVersion}"`,
        );
      }
      if (!accepts(object)) return forget(object);
      const { resourceVersion } = object.metadata;
      const absent = !objects.has(objectKey(object.metadata));
      // The answer to our write came after the news of the object's deletion.
      if (absent && compareResourceVersions(resourceVersion, told) <= 0) return;
      upsert(object as T);
    },
    removed(name, uid) {
      const key = objectKey(name);
      const current = objects.get(key);
      if (!current || current.metadata.uid !== uid) return;
      const { resourceVersion } = current.metadata;
      deletedByUs.set(uid, { key, resourceVersion });
      drop(key, current);
    },
  };

  const feed: StoreFeed<T> = {
    event(type, object) {
      if (type === "DELETED") {
        if (object.metadata.uid) deletedByUs.delete(object.metadata.uid);
        forget(object);
      } else upsert(object);
      seen(object.metadata.resourceVersion);
    },
    bookmark: seen,
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
          if (compareResourceVersions(resourceVersion, told) < 0) {
            throw new Error(
              `Cannot go on from resourceVersion ${resourceVersion} of ${options.kind}: ${told} was seen before, so the API server's history went back; restart this program after a restore of etcd`,
            );
          }
          const notNewer = (version: string | undefined) =>
            compareResourceVersions(version, resourceVersion) <= 0;
          for (const [key, object] of [...objects]) {
            if (!listed.has(key) && notNewer(object.metadata.resourceVersion)) drop(key, object);
          }
          for (const [uid, deleted] of deletedByUs) {
            if (!listed.has(deleted.key) && notNewer(deleted.resourceVersion)) {
              deletedByUs.delete(uid);
            }
          }
          seen(resourceVersion);
        },
      };
    },
  };
  return { store, feed };
}

/** Managed fields are a good half of many objects and nobody plans with them. */
function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (!object.metadata.managedFields) return object;
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}
