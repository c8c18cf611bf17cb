import type { Client } from "../../../kube/client.ts";
import type { KubeObject } from "../../../kube/object.ts";
import type { WatchEvent } from "../../../kube/watch_event.ts";

/** Objects of one kind, and a client that supports only `watch`. */
export interface FakeCluster {
  readonly client: Client;
  /** Sends an event to every watch, with a newer resourceVersion. */
  tell(type: "ADDED" | "MODIFIED" | "DELETED", object: KubeObject): void;
  /** Returns the number of open watches. */
  watches(): number;
}

/** @param listed resolves when the first list may be sent */
export function createFakeCluster(
  objects: readonly KubeObject[],
  listed: Promise<void> = Promise.resolve(),
): FakeCluster {
  let version = 1;
  const open = new Set<(event: WatchEvent<KubeObject>) => void>();
  const stamped = (object: KubeObject) => ({
    ...object,
    metadata: {
      uid: `${object.metadata.name}-uid`,
      ...object.metadata,
      resourceVersion: `${++version}`,
    },
  });

  async function* watch(signal: AbortSignal): AsyncGenerator<WatchEvent<KubeObject>> {
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
      for (const object of objects) yield { type: "ADDED", object: stamped(object) };
      yield { type: "BOOKMARK", resourceVersion: `${++version}`, initialEventsEnd: true };
      while (!signal.aborted) {
        const event = events.shift();
        if (event) yield event;
        else await new Promise<void>((resolve) => wake = resolve);
      }
    } finally {
      open.delete(push);
    }
  }

  const unexpected = (verb: string) => () => {
    throw new Error(`Unexpected call of ${verb}`);
  };
  const client: Client = {
    get: unexpected("get"),
    list: unexpected("list"),
    pages: unexpected("pages"),
    apply: unexpected("apply"),
    create: unexpected("create"),
    patch: unexpected("patch"),
    patchStatus: unexpected("patchStatus"),
    delete: unexpected("delete"),
    watch: <T extends KubeObject>(_: unknown, { signal }: { signal?: AbortSignal | undefined }) =>
      watch(signal ?? new AbortController().signal) as AsyncIterable<WatchEvent<T>>,
  };
  return {
    client,
    tell(type, object) {
      for (const push of open) push({ type, object: stamped(object) });
    },
    watches: () => open.size,
  };
}
