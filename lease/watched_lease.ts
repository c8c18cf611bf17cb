import { type Lease, leases } from "../kube/builtin.ts";
import type { Client } from "../kube/client.ts";
import { childSignal, delay } from "../kube/clock.ts";
import { isAlreadyExists, isConflict, isNotFound } from "../kube/errors.ts";
import { createResetDetector, HistoryResetError } from "../kube/history.ts";
import { createInformer, type Informer } from "../kube/informer.ts";
import { createLogLimit } from "../kube/log_limit.ts";
import { compareResourceVersions, objectKey } from "../kube/object.ts";
import { resourceName } from "../kube/resource.ts";
import type { Clocks } from "./clocks.ts";

type LeaseSpec = NonNullable<Lease["spec"]>;

/** The fields of a Lease that a write sets. A field that is absent here keeps its value; null deletes a field. */
export interface LeaseContent {
  annotations?: Record<string, string | null>;
  spec: { [field in keyof LeaseSpec]: LeaseSpec[field] | null };
}

/** The functions of the API client that read and write one Lease. */
export type LeaseClient = Pick<Client, "get" | "create" | "patch" | "delete" | "watch" | "pages">;

/** The last known state of one Lease. A watch, reads and writes update it. */
export interface WatchedLease {
  readonly at: { namespace: string; name: string };
  readonly clocks: Clocks;
  readonly informer: Informer<Lease>;
  /** Returns whether the caller should log a failure now. Returns true at most once a minute. */
  mayLogFailure(): boolean;
  /** Returns the last known state of the Lease, from the watch, a read or a write of this process. */
  current(): Lease | undefined;
  /** Calls `handler` after each change to the Lease, until the caller calls the returned function. */
  onChange(handler: () => void): () => void;
  /** Resolves at the next change to the Lease, after `timeoutMs`, or when the signal is aborted. */
  waitForChange(timeoutMs: number, signal?: AbortSignal): Promise<void>;
  /** Reads the Lease with a separate request, because the events of the watch may be late. */
  read(signal: AbortSignal): Promise<void>;
  /**
   * Creates the Lease, or updates it if {@linkcode current} returns its latest version.
   *
   * @returns the stored Lease. If another client has changed the Lease, reads its new state and returns undefined
   */
  write(content: LeaseContent, signal: AbortSignal): Promise<Lease | undefined>;
  /**
   * Deletes the Lease if {@linkcode current} returns its latest version. Returns whether the Lease no longer exists.
   */
  remove(signal: AbortSignal): Promise<boolean>;
}

export interface WatchedLeaseOptions extends Pick<WatchedLease, "at" | "clocks"> {
  client: LeaseClient;
  random: typeof Math.random;
}

/** Creates a {@linkcode WatchedLease}. The caller starts its informer. */
export function watchedLease({ client, at, clocks, random }: WatchedLeaseOptions): WatchedLease {
  const key = objectKey(at);
  const clock = clocks.monotonic;
  const handlers = new Set<() => void>();
  const informer = createInformer<Lease>({
    client,
    resource: leases,
    namespace: at.namespace,
    fieldSelector: `metadata.name=${at.name}`,
    // Keeps the managed fields, because they show which client changed `holderIdentity` last.
    project: (lease) => lease,
    clock,
    random,
  });
  const { store } = informer;
  const resetDetector = createResetDetector(clock);
  informer.onChange(() => handlers.forEach((handler) => handler()));

  function onChange(handler: () => void): () => void {
    handlers.add(handler);
    return () => void handlers.delete(handler);
  }

  async function read(signal: AbortSignal): Promise<void> {
    // Another client may create a Lease during this read. So a 404 removes only a Lease that was already in the store.
    const known = store.get(key)?.metadata;
    try {
      const found = await client.get(leases, at, { signal });
      confirmNotOlder(found, known?.resourceVersion);
      resetDetector.upToDate();
      store.write(found);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (known?.uid) store.removed(at, known.uid);
    }
  }

  /**
   * Throws if a Lease from a consistent read is older than `known`, for example after a restore of etcd. Each write
   * would then fail with a conflict. If later reads are outdated too, also reports the error to the informer.
   */
  function confirmNotOlder({ metadata: { resourceVersion: found = "" } }: Lease, known = "") {
    if (compareResourceVersions(found, known) >= 0) return;
    const error = new HistoryResetError(resourceName(leases), { found, known });
    if (resetDetector.isReset()) informer.reportOutdated(error);
    throw error;
  }

  /**
   * Returns the result of a write. If another client has changed the Lease, reads it again and returns undefined.
   *
   * @param exists whether the Lease existed before the write; if it did not, a 404 means that its namespace is missing
   */
  async function unlessChanged<T>(
    attempt: Promise<T>,
    exists: boolean,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    try {
      return await attempt;
    } catch (error) {
      const deleted = isNotFound(error) && exists;
      if (!isConflict(error) && !isAlreadyExists(error) && !deleted) throw error;
      await read(signal);
      return undefined;
    }
  }

  return {
    at,
    clocks,
    informer,
    mayLogFailure: createLogLimit(clock),
    current: () => store.get(key),
    onChange,
    async waitForChange(timeoutMs, signal) {
      using ended = childSignal(signal);
      const unsubscribe = onChange(ended.abort);
      await delay(clock, timeoutMs, ended.signal);
      unsubscribe();
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
      const written = await unlessChanged(attempt, uid !== undefined, signal);
      if (written) store.write(written);
      return written;
    },
    async remove(signal) {
      const { uid, resourceVersion } = store.get(key)?.metadata ?? {};
      if (uid === undefined) return true;
      const attempt = client.delete(leases, at, { uid, resourceVersion, signal }).then(() => true);
      const removed = await unlessChanged(attempt, true, signal) ?? store.get(key) === undefined;
      if (removed) store.removed(at, uid);
      return removed;
    },
  };
}
