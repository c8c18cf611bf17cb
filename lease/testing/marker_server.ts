import type { Lease } from "../../kube/builtin.ts";
import type { WatchEvent } from "../../kube/watch.ts";
import type { ScopeOptions } from "../scope.ts";

/** An API server in memory that serves marker Leases to one watch. */
export interface MarkerServer {
  readonly client: ScopeOptions["client"];
  /** Returns the number of list requests. */
  lists(): number;
  /** Whether list requests currently fail. */
  failing: boolean;
  /** Whether the watch currently misses all events. */
  watchPaused: boolean;
  /** Creates or renews a namespace's marker Lease. */
  mark(
    namespace: string,
    renewTime: string,
    spec?: Partial<NonNullable<Lease["spec"]>>,
    annotations?: Record<string, string>,
  ): void;
  /** Changes the labels of a marker Lease without a renewal. */
  label(namespace: string): void;
  /** Deletes a namespace's marker Lease. */
  unmark(namespace: string): void;
}

/** Creates a server that stores no Leases yet; `name` is the name of all marker Leases. */
export function markerServer(name: string): MarkerServer {
  const stored = new Map<string, Lease>();
  const events: WatchEvent<Lease>[] = [];
  let wake = () => {};
  let version = 1;
  let lists = 0;

  function send(event: WatchEvent<Lease>) {
    if (server.watchPaused) return;
    events.push(event);
    wake();
  }

  async function* watch(signal: AbortSignal): AsyncGenerator<WatchEvent<Lease>> {
    for (const object of stored.values()) yield { type: "ADDED", object };
    yield { type: "BOOKMARK", resourceVersion: `${version}`, initialEventsEnd: true };
    signal.addEventListener("abort", () => wake(), { once: true });
    while (!signal.aborted) {
      const event = events.shift();
      if (event) yield event;
      else await new Promise<void>((resolve) => wake = resolve);
    }
  }

  function put(namespace: string, spec: Lease["spec"], metadata: Partial<Lease["metadata"]>) {
    const before = stored.get(namespace);
    const object: Lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: {
        name,
        namespace,
        uid: before?.metadata.uid ?? `uid-${version}`,
        resourceVersion: `${++version}`,
        ...metadata,
      },
      ...(spec && { spec }),
    };
    stored.set(namespace, object);
    send({ type: before ? "MODIFIED" : "ADDED", object });
  }

  const server: MarkerServer = {
    failing: false,
    watchPaused: false,
    lists: () => lists,
    mark(namespace, renewTime, spec, annotations = {}) {
      const content = {
        holderIdentity: "namespace-restricted-operator-1.0",
        leaseDurationSeconds: 30,
        renewTime,
        ...spec,
      };
      put(namespace, content, { annotations });
    },
    label: (namespace) =>
      put(namespace, stored.get(namespace)?.spec, { labels: { a: `${version}` } }),
    unmark(namespace) {
      const before = stored.get(namespace);
      if (!before) return;
      stored.delete(namespace);
      const metadata = { ...before.metadata, resourceVersion: `${++version}` };
      send({ type: "DELETED", object: { ...before, metadata } });
    },
    // The client interface is generic, but this server serves only Leases.
    client: {
      watch: (_: unknown, { signal }: { signal?: AbortSignal }) =>
        watch(signal ?? new AbortController().signal),
      // Informers request a page only to compare its resourceVersion with that of their store.
      async *pages() {
        yield { items: [], resourceVersion: `${version}` };
      },
      async list() {
        await undefined;
        lists++;
        if (server.failing) throw new Error("Cannot list: cut off");
        return { items: [...stored.values()], resourceVersion: `${version}` };
      },
    } as unknown as ScopeOptions["client"],
  };
  return server;
}
