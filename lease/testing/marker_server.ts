import { type Lease } from "../../kube/builtin.ts";
import type { WatchEvent } from "../../kube/watch_event.ts";
import type { ScopeOptions } from "../scope.ts";

/** Markers on an API server in memory, and one watch of them. */
export interface MarkerServer {
  readonly client: ScopeOptions["client"];
  /** How often the markers were listed. */
  lists(): number;
  /** Lists fail while this is set. */
  failing: boolean;
  /** The watch hears nothing while this is set, and is not told later. */
  hushed: boolean;
  /** Writes a marker, with a renewal of its own. */
  mark(
    namespace: string,
    renewTime: string,
    spec?: Partial<NonNullable<Lease["spec"]>>,
    annotations?: Record<string, string>,
  ): void;
  /** Changes a marker without renewing it. */
  label(namespace: string): void;
  unmark(namespace: string): void;
}

export function markerServer(name: string): MarkerServer {
  const stored = new Map<string, Lease>();
  const events: WatchEvent<Lease>[] = [];
  let wake = () => {};
  let version = 1;
  let lists = 0;

  function tell(event: WatchEvent<Lease>) {
    if (server.hushed) return;
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
    tell({ type: before ? "MODIFIED" : "ADDED", object });
  }

  const server: MarkerServer = {
    failing: false,
    hushed: false,
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
      tell({ type: "DELETED", object: { ...before, metadata } });
    },
    // The client is generic; here every kind is a Lease.
    client: {
      watch: (_: unknown, { signal }: { signal?: AbortSignal }) =>
        watch(signal ?? new AbortController().signal),
      pages: () => {
        throw new Error("Unexpected call of pages");
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
