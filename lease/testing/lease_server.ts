import { type Lease, leases } from "../../kube/builtin.ts";
import { ApiError, ConnectionError } from "../../kube/errors.ts";
import { objectKey, type ObjectName } from "../../kube/object.ts";
import type { WatchEvent } from "../../kube/watch.ts";
import type { LeaseClient } from "../watched_lease.ts";

export interface LeaseCall {
  verb: "get" | "create" | "patch" | "delete";
  by: string;
}

/** An API server in memory that serves only Leases, with resourceVersions, conflicts and watches. */
export interface LeaseServer {
  readonly calls: LeaseCall[];
  /** Creates the client of one process. While `cut` returns true, the client gets no responses and no watch events. */
  client(by: string, cut?: () => boolean): LeaseClient;
  get(at: ObjectName): Lease | undefined;
  list(): { items: Lease[]; resourceVersion: string };
  /** Number of upcoming writes to which the server responds with a conflict. */
  conflicts: number;
  /** Changes each Lease before the server stores it, as an admission policy does. */
  edit?: (lease: Lease) => Lease;
  /** Stores the Lease as if a user had edited it; undefined deletes the Lease. */
  put(at: ObjectName, lease: Partial<Lease> | undefined): void;
}

interface Call {
  verb: LeaseCall["verb"];
  path: string;
  method: string;
}

export function leaseServer(): LeaseServer {
  const stored = new Map<string, Lease>();
  const calls: LeaseCall[] = [];
  const watchers = new Set<(event: WatchEvent<Lease>) => void>();
  let version = 1;

  function store(at: ObjectName, sent: Lease): Lease {
    const before = stored.get(objectKey(at));
    const lease = server.edit?.(sent) ?? sent;
    const after: Lease = {
      ...lease,
      apiVersion: leases.apiVersion,
      kind: leases.kind,
      metadata: {
        ...lease.metadata,
        ...at,
        uid: before?.metadata.uid ?? `uid-${version}`,
        resourceVersion: `${++version}`,
      } as Lease["metadata"],
    };
    stored.set(objectKey(at), after);
    send(before ? "MODIFIED" : "ADDED", after);
    return after;
  }

  function drop(at: ObjectName) {
    const before = stored.get(objectKey(at));
    if (!before) return;
    stored.delete(objectKey(at));
    const metadata = { ...before.metadata, resourceVersion: `${++version}` };
    send("DELETED", { ...before, metadata });
  }

  function send(type: "ADDED" | "MODIFIED" | "DELETED", object: Lease) {
    for (const watcher of watchers) watcher({ type, object });
  }

  const refuse = (status: number, reason: string, call: Call) =>
    new ApiError({ status, reason, message: `scripted ${reason}`, request: call });

  function client(by: string, cut: () => boolean = () => false): LeaseClient {
    async function respond<T>(
      verb: Call["verb"],
      signal: AbortSignal | undefined,
      answer: (call: Call) => T,
    ): Promise<T> {
      const call = { verb, path: "/leases", method: verb };
      await undefined;
      if (cut()) {
        await new Promise((_, reject) => {
          const fail = () => reject(new ConnectionError({ request: call, message: "cut off" }));
          if (signal?.aborted) fail();
          signal?.addEventListener("abort", fail, { once: true });
        });
      }
      calls.push({ verb, by });
      if (verb !== "get" && server.conflicts > 0) {
        server.conflicts--;
        throw refuse(409, "Conflict", call);
      }
      return answer(call);
    }

    async function* watch(signal: AbortSignal): AsyncGenerator<WatchEvent<Lease>> {
      const events: WatchEvent<Lease>[] = [];
      let wake = () => {};
      const push = (event: WatchEvent<Lease>) => {
        if (cut()) return;
        events.push(event);
        wake();
      };
      signal.addEventListener("abort", () => wake(), { once: true });
      for (const object of stored.values()) events.push({ type: "ADDED", object });
      events.push({ type: "BOOKMARK", resourceVersion: `${version}`, initialEventsEnd: true });
      watchers.add(push);
      try {
        while (!signal.aborted) {
          const event = events.shift();
          if (event) yield event;
          else await new Promise<void>((resolve) => wake = resolve);
        }
      } finally {
        watchers.delete(push);
      }
    }

    const found = (at: ObjectName, call: Call) => {
      const lease = stored.get(objectKey(at));
      if (!lease) throw refuse(404, "NotFound", call);
      return lease;
    };
    const guarded = (at: ObjectName, resourceVersion: unknown, call: Call) => {
      const lease = found(at, call);
      if (resourceVersion && resourceVersion !== lease.metadata.resourceVersion) {
        throw refuse(409, "Conflict", call);
      }
      return lease;
    };

    // The client interface is generic, but this server serves only Leases.
    return {
      get: (_, at, { signal } = {}) => respond("get", signal, (call) => found(at, call)),
      create: (_, object, { signal } = {}) =>
        respond("create", signal, (call) => {
          const { name, namespace } = object.metadata;
          if (stored.has(objectKey({ name, namespace }))) throw refuse(409, "AlreadyExists", call);
          return store({ name, namespace }, object as Lease);
        }),
      patch: (_, at, { body }, { signal } = {}) =>
        respond("patch", signal, (call) => {
          const { metadata, spec } = body as Lease;
          const before = guarded(at, metadata.resourceVersion, call);
          const annotations = { ...before.metadata.annotations, ...metadata.annotations };
          return store(at, {
            ...before,
            metadata: { ...before.metadata, annotations },
            spec: merged(before.spec, spec),
          });
        }),
      delete: (_, at, { resourceVersion, signal } = {}) =>
        respond("delete", signal, (call) => {
          guarded(at, resourceVersion, call);
          drop(at);
        }),
      watch: (_, { signal }) => watch(signal ?? new AbortController().signal),
      // Informers request a page only to compare its resourceVersion with that of their store.
      async *pages() {
        await respond("get", undefined, () => {});
        yield { items: [], resourceVersion: `${version}` };
      },
    } as LeaseClient;
  }

  const server: LeaseServer = {
    calls,
    conflicts: 0,
    client,
    get: (at) => stored.get(objectKey(at)),
    list: () => ({ items: [...stored.values()], resourceVersion: `${version}` }),
    put(at, lease) {
      const before = stored.get(objectKey(at));
      if (!lease) return drop(at);
      store(at, {
        metadata: { name: at.name },
        ...before,
        ...lease,
        spec: { ...before?.spec, ...lease.spec },
      } as Lease);
    },
  };
  return server;
}

function merged(before: Lease["spec"], patch: Lease["spec"]): NonNullable<Lease["spec"]> {
  const all = Object.entries({ ...before, ...patch });
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}
