import type { Client } from "../../../kube/client.ts";
import { ApiError, ConnectionError } from "../../../kube/errors.ts";
import type { ListPage } from "../../../kube/list.ts";
import type { KubeObject } from "../../../kube/object.ts";
import type { Resource } from "../../../kube/resource.ts";
import type { WatchEvent } from "../../../kube/watch.ts";

/** A fake cluster that contains objects, with a client that supports only `watch` and `pages`. */
export interface FakeCluster {
  readonly client: Client;
  /** Sends an event to every watch of the object's kind. The event contains the object with a newer resourceVersion. */
  tell(type: "ADDED" | "MODIFIED" | "DELETED", object: KubeObject): void;
  watches(): number;
  /**
   * Ends all open watches, and makes later watches and lists of this resource fail with the HTTP status or without a
   * response. If `status` is undefined, open watches continue, and later requests succeed. API discovery lacks the
   * resource if `unserved` is true, which is the default for status 404.
   */
  refuse(plural: string, status: number | "no response" | undefined, unserved?: boolean): void;
  /** Resets the resourceVersion to an older one, as a restored backup of etcd does. */
  restoreBackup(): void;
}

/** Creates a cluster that contains `objects`. Every watch waits for `listed` before it sends the first list. */
export function createFakeCluster(
  objects: readonly KubeObject[],
  listed: Promise<void> = Promise.resolve(),
): FakeCluster {
  let version = 1;
  const refused = new Map<string, number | "no response">();
  const absent = new Set<string>();
  const open = new Set<(event: WatchEvent<KubeObject>) => void>();
  const stamped = (object: KubeObject) => ({
    ...object,
    metadata: {
      uid: `${object.metadata.name}-uid`,
      ...object.metadata,
      resourceVersion: `${++version}`,
    },
  });

  async function* watch(
    { plural, kind }: Resource<KubeObject>,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent<KubeObject>> {
    const status = refused.get(plural);
    if (status !== undefined) throw refusal(status);
    const events: WatchEvent<KubeObject>[] = [];
    let wake = () => {};
    const push = (event: WatchEvent<KubeObject>) => {
      events.push(event);
      wake();
    };
    open.add(push);
    signal.addEventListener("abort", () => wake(), { once: true });
    try {
      await listed;
      for (const object of objects.filter((object) => object.kind === kind)) {
        yield { type: "ADDED", object: stamped(object) };
      }
      yield { type: "BOOKMARK", resourceVersion: `${++version}`, initialEventsEnd: true };
      while (!signal.aborted) {
        const event = events.shift();
        if (event?.type === "ERROR" || event?.type === "BROKEN") return;
        if (event && "object" in event && event.object.kind === kind) yield event;
        if (!event) await new Promise<void>((resolve) => wake = resolve);
      }
    } finally {
      open.delete(push);
    }
  }

  async function* pages(
    { plural, kind }: Resource<KubeObject>,
  ): AsyncGenerator<ListPage<KubeObject>> {
    const status = refused.get(plural);
    if (status !== undefined) throw refusal(status);
    await listed;
    const items = objects.filter((object) => object.kind === kind).map(stamped);
    yield { items, resourceVersion: `${++version}` };
  }

  const unexpected = (verb: string) => () => {
    throw new Error(`Unexpected call of ${verb}`);
  };
  const client: Client = {
    get: unexpected("get"),
    list: unexpected("list"),
    pages: <T extends KubeObject>(resource: Resource<T>) =>
      pages(resource) as AsyncIterable<ListPage<KubeObject>> as AsyncIterable<ListPage<T>>,
    apply: unexpected("apply"),
    create: unexpected("create"),
    patch: unexpected("patch"),
    patchStatus: unexpected("patchStatus"),
    delete: unexpected("delete"),
    serves: ({ plural }) => Promise.resolve(!absent.has(plural)),
    watch: <T extends KubeObject>(
      resource: Resource<T>,
      { signal }: { signal?: AbortSignal | undefined },
    ) => watch(resource, signal ?? new AbortController().signal) as AsyncIterable<WatchEvent<T>>,
  };
  return {
    client,
    tell(type, object) {
      for (const push of open) push({ type, object: stamped(object) });
    },
    watches: () => open.size,
    restoreBackup: () => void (version = 0),
    refuse(plural, status, unserved = status === 404) {
      if (unserved) absent.add(plural);
      else absent.delete(plural);
      if (status === undefined) refused.delete(plural);
      else {
        refused.set(plural, status);
        const error = refusal(status);
        const isError = error instanceof ApiError;
        for (const push of open) {
          push(isError ? { type: "ERROR", error } : { type: "BROKEN", error });
        }
      }
    },
  };
}

function refusal(status: number | "no response"): ApiError | ConnectionError {
  const request = { verb: "watch", method: "GET", path: "/" };
  if (status === "no response") return new ConnectionError({ request, message: status });
  return new ApiError({ status, reason: "", message: `status ${status}`, request });
}
