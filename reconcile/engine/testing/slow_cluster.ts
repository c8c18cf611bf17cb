import type { Client } from "../../../kube/client.ts";
import type { Informer } from "../../../kube/informer.ts";
import { sameJson } from "../../../kube/json.ts";
import type { KubeObject } from "../../../kube/object.ts";
import type { Resource } from "../../../kube/resource.ts";
import { createStore, type Store, type StoreFeed } from "../../../kube/store.ts";
import type { TestObject } from "../../apply/testing/objects.ts";
import { ownerIndex } from "../lookup.ts";
import { apiError } from "./executor.ts";

/** The objects of one kind: in the cluster, and in the store that receives the watch events. */
export interface SlowKind {
  readonly resource: Resource<KubeObject>;
  readonly store: Store<TestObject>;
  readonly informer: Pick<Informer<TestObject>, "onChange" | "store">;
  /** Returns the objects that the cluster contains. */
  current(): TestObject[];
  /** Creates or changes an object, as another client would. */
  put(object: TestObject): void;
  /** Deletes an object, as another client would. */
  remove(name: string): void;
  /** Delivers the oldest watch event that is not delivered yet. Returns false if there is none. */
  deliver(): boolean;
}

/** A cluster whose requests and watch events advance one step at a time, in the order that the test chooses. */
export interface SlowCluster {
  readonly client: Pick<Client, "apply" | "create" | "delete" | "get" | "list" | "patch"> & {
    patchStatus: Client["patchStatus"];
  };
  /** Adds a kind. */
  kind(resource: Resource<KubeObject>): SlowKind;
  /**
   * Advances the nth open request by one step. In the first step, the cluster handles the request. In the second step,
   * it sends the response to the client. Returns false if no request is open.
   */
  advanceRequest(nth: number): boolean;
}

interface Request {
  handle: () => unknown;
  /** Sends the response to the client; absent until the cluster has handled the request. */
  respond?: () => void;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

export function createSlowCluster(): SlowCluster {
  let version = 0;
  const requests: Request[] = [];
  const kinds = new Map<string, ReturnType<typeof createKind>>();
  const next = () => `${++version}`;

  function send<T>(handle: () => unknown): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    requests.push({ handle, resolve, reject });
    return promise as Promise<T>;
  }

  function kindOf({ kind }: { kind: string }) {
    const found = kinds.get(kind);
    if (!found) throw new Error(`Cannot find kind "${kind}"`);
    return found;
  }

  const unexpected = (verb: string) => () => {
    throw new Error(`Unexpected call of ${verb}`);
  };

  return {
    kind(resource) {
      const kind = createKind(resource, next);
      kinds.set(resource.kind, kind);
      return kind;
    },
    client: {
      create: unexpected("create"),
      get: unexpected("get"),
      patch: unexpected("patch"),
      list: <T extends KubeObject>(resource: Resource<T>) =>
        send(() => ({ items: kindOf(resource).current(), resourceVersion: `${version}` })),
      apply: <T extends KubeObject>(_: Resource<T>, manifest: KubeObject, { force = true } = {}) =>
        send<T>(() => {
          const { find, put } = kindOf(manifest);
          const live = find(manifest.metadata.name);
          const isUpdate = manifest.metadata.uid !== undefined;
          if (isUpdate ? !live || !isVersion(live, manifest.metadata) : live && !force) {
            throw apiError(409, "Conflict");
          }
          return put({ ...live, ...manifest });
        }),
      delete: <T extends KubeObject>(
        resource: Resource<T>,
        { name }: { name: string },
        at: { uid?: string | undefined; resourceVersion?: string | undefined } = {},
      ) =>
        send<void>(() => {
          const { find, remove } = kindOf(resource);
          const live = find(name);
          if (!live) throw apiError(404, "NotFound");
          if (!isVersion(live, at)) throw apiError(409, "Conflict");
          remove(name);
        }),
      patchStatus: <T extends KubeObject>(
        resource: Resource<T>,
        observed: KubeObject,
        status: unknown,
      ) =>
        send<T>(() => {
          const { find, put } = kindOf(resource);
          const live = find(observed.metadata.name);
          if (!live) throw apiError(404, "NotFound");
          if (!isVersion(live, observed.metadata)) throw apiError(409, "Conflict");
          return put({ ...live, status });
        }),
    },
    advanceRequest(nth) {
      const index = nth % Math.max(1, requests.length);
      const request = requests[index];
      if (!request) return false;
      if (request.respond) {
        requests.splice(index, 1);
        request.respond();
        return true;
      }
      try {
        const value = request.handle();
        request.respond = () => request.resolve(value);
      } catch (error) {
        request.respond = () => request.reject(error);
      }
      return true;
    },
  };
}

function createKind(resource: Resource<KubeObject>, next: () => string) {
  const { apiVersion, kind } = resource;
  const objects = new Map<string, TestObject>();
  const events: (() => void)[] = [];
  const handlers: Parameters<Informer<TestObject>["onChange"]>[0][] = [];
  const { store, feed, addIndexes } = createStore<TestObject, TestObject>({
    apiVersion,
    kind,
    project: (object) => object,
    onChange: (change) => handlers.forEach((handler) => handler(change)),
  });
  addIndexes(ownerIndex);
  const send = (type: Parameters<StoreFeed<TestObject>["event"]>[0], object: TestObject) =>
    void events.push(() => feed.event(type, object));

  function put(object: TestObject): TestObject {
    const { name } = object.metadata;
    const live = objects.get(name);
    const { generation = 1 } = live?.metadata ?? {};
    const stored = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: live?.metadata.uid ?? `${name}-${next()}`,
        resourceVersion: next(),
        generation: live && !sameJson(live.spec, object.spec) ? generation + 1 : generation,
      },
    };
    objects.set(name, stored);
    send(live ? "MODIFIED" : "ADDED", stored);
    return stored;
  }

  return {
    resource,
    store,
    informer: {
      store,
      onChange: (handler: typeof handlers[number]) => void handlers.push(handler),
    },
    current: () => [...objects.values()],
    find: (name: string) => objects.get(name),
    put,
    remove(name: string) {
      const live = objects.get(name);
      if (!live) return;
      objects.delete(name);
      send("DELETED", { ...live, metadata: { ...live.metadata, resourceVersion: next() } });
    },
    deliver() {
      const event = events.shift();
      event?.();
      return event !== undefined;
    },
  };
}

/**
 * Returns whether an object has the UID and the resourceVersion that a request expects. A request may omit either of
 * them.
 */
function isVersion(
  { metadata: live }: KubeObject,
  { uid = live.uid, resourceVersion = live.resourceVersion }: {
    uid?: string | undefined;
    resourceVersion?: string | undefined;
  },
): boolean {
  return live.uid === uid && live.resourceVersion === resourceVersion;
}
