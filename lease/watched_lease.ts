import { type Lease, leases } from "../kube/builtin.ts";
import type { Client } from "../kube/client.ts";
import type { Clock } from "../kube/clock.ts";
import { isAlreadyExists, isConflict, isNotFound } from "../kube/errors.ts";
import { createInformer, type Informer } from "../kube/informer.ts";
import { objectKey } from "../kube/object.ts";

type LeaseSpec = NonNullable<Lease["spec"]>;

/** What is written into a Lease; what is not named stays as it is, what is null goes. */
export interface LeaseContent {
  annotations?: Record<string, string | null>;
  spec: { [field in keyof LeaseSpec]: LeaseSpec[field] | null };
}

export type LeaseClient = Pick<Client, "get" | "create" | "patch" | "delete" | "watch" | "pages">;

/** One Lease on the API server, and what is known of it. */
export interface WatchedLease {
  readonly at: { namespace: string; name: string };
  readonly informer: Informer<Lease>;
  /** As last seen, whether by the watch, a read or our own write. */
  current(): Lease | undefined;
  /** Told after each change; the returned function ends it. */
  onChange(handler: () => void): () => void;
  /** Reads it anew, past the watch. */
  read(signal: AbortSignal): Promise<void>;
  /**
   * Creates it or changes the one that {@link current} gives, and no other.
   *
   * @returns undefined if it was not as it seemed; it has been read anew then
   */
  write(content: LeaseContent, signal: AbortSignal): Promise<Lease | undefined>;
  /** Deletes the one that {@link current} gives, and no other; returns false as {@link write} does. */
  remove(signal: AbortSignal): Promise<boolean>;
}

export interface WatchedLeaseOptions {
  client: LeaseClient;
  at: { namespace: string; name: string };
  clock: Clock;
  random: () => number;
}

/** Makes the view of one Lease; its informer is the caller's to start. */
export function watchedLease({ client, at, clock, random }: WatchedLeaseOptions): WatchedLease {
  const key = objectKey(at);
  const handlers = new Set<() => void>();
  const informer = createInformer<Lease>({
    client,
    resource: leases,
    namespace: at.namespace,
    fieldSelector: `metadata.name=${at.name}`,
    clock,
    random,
  });
  const { store } = informer;
  informer.onChange(() => handlers.forEach((handler) => handler()));

  async function read(signal: AbortSignal): Promise<void> {
    // Its absence says nothing of one that is made while the answer is on its way.
    const known = store.get(key)?.metadata.uid;
    try {
      store.write(await client.get(leases, at, { signal }));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (known) store.removed(at, known);
    }
  }

  /**
   * Does something to the Lease as it seems to be, or else reads it anew and returns undefined.
   *
   * @param exists whether it seems to be there: what is not found of a creation is its namespace
   */
  async function unlessMoved<T>(
    attempt: Promise<T>,
    exists: boolean,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    try {
      return await attempt;
    } catch (error) {
      const gone = isNotFound(error) && exists;
      if (!isConflict(error) && !isAlreadyExists(error) && !gone) throw error;
      await read(signal);
      return undefined;
    }
  }

  return {
    at,
    informer,
    current: () => store.get(key),
    onChange(handler) {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
    read,
    async write({ annotations, spec }, signal) {
      const { uid, resourceVersion } = store.get(key)?.metadata ?? {};
      const attempt = uid === undefined
        ? client.create<Lease>(leases, {
          apiVersion: leases.apiVersion,
          kind: leases.kind,
          metadata: { ...at, ...(annotations && { annotations }) },
          spec,
        } as Lease, { signal })
        : client.patch<Lease>(leases, at, {
          type: "merge",
          body: { metadata: { uid, resourceVersion, annotations }, spec },
        }, { signal });
      const written = await unlessMoved(attempt, uid !== undefined, signal);
      if (written) store.write(written);
      return written;
    },
    async remove(signal) {
      const { uid, resourceVersion } = store.get(key)?.metadata ?? {};
      if (uid === undefined) return true;
      const attempt = client.delete(leases, at, { uid, resourceVersion, signal }).then(() => true);
      const removed = await unlessMoved(attempt, true, signal) ?? store.get(key) === undefined;
      if (removed) store.removed(at, uid);
      return removed;
    },
  };
}
