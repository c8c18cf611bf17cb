import { getLogger } from "@logtape/logtape";
import { backoffMs } from "./backoff.ts";
import type { Client } from "./client.ts";
import { type Clock, delay, systemClock } from "./clock.ts";
import { ApiError, isExpired, isFromTheFuture, reasonOf } from "./errors.ts";
import { listInto } from "./list_into.ts";
import type { KubeObject } from "./object.ts";
import { resourceName } from "./paths.ts";
import type { Resource } from "./resource.ts";
import { scopeMatcher } from "./scope_matcher.ts";
import { type Change, createStore, type IndexFunctions, type Store } from "./store.ts";
import { watchInto } from "./watch_into.ts";

const log = getLogger(["kube", "informer"]);

export type ChangeHandler<P extends KubeObject> = (change: Change<P>) => void;

export interface InformerOptions<T extends KubeObject, P extends KubeObject = T> {
  client: Pick<Client, "pages" | "watch">;
  resource: Resource<T>;
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** Keeps of an object only what is read later (identity, metadata and resourceVersion must stay). */
  project?: ((object: T) => P) | undefined;
  indexes?: IndexFunctions<P> | undefined;
  /** A number in [0, 1), as `Math.random`. */
  random?: (() => number) | undefined;
  clock?: Clock | undefined;
  /** No event or bookmark for so long means a dead connection; 70 s by default (bookmarks come each minute). */
  silenceMs?: number | undefined;
  /** Ask for a streaming list first; true by default, a server without it falls back to pages. */
  streamingList?: boolean | undefined;
}

/** Keeps a store in step with the API server and tells every change once. */
export interface Informer<P extends KubeObject> {
  readonly store: Store<P>;
  /** Starts to list and watch until the signal is aborted. */
  start(signal: AbortSignal): void;
  /** Resolves when the first list is in the store and told to the handlers; never when stopped before. */
  readonly synced: Promise<void>;
  hasSynced(): boolean;
  /** How long ago the API server last said anything, in milliseconds; `Infinity` before the first answer. */
  silentForMs(): number;
  /** Why the last list or watch failed, or undefined when the informer is connected. */
  problem(): unknown;
  /** Resolves when a started informer has stopped and let go of its connections. */
  readonly stopped: Promise<void>;
  /** Tells what the store already holds as added, then every change. A handler that throws is logged. */
  onChange(handler: ChangeHandler<P>): void;
}

const SILENCE_MS = 70_000;
/** A watch that lasts shorter than this and says nothing counts as a failure, or it would be redialled in a hot loop. */
const SHORT_WATCH_MS = 1_000;

/** Whether the server does not know or does not allow streaming lists (KEP-3157; before 1.32 they are off). */
function refusesStreaming(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 400 || error.status === 422);
}

/** Makes an informer; nothing happens before `start`. */
export function createInformer<T extends KubeObject, P extends KubeObject = T>(
  options: InformerOptions<T, P>,
): Informer<P> {
  const { client, resource, namespace, labelSelector, fieldSelector } = options;
  const { clock = systemClock, random = Math.random, silenceMs = SILENCE_MS } = options;
  const scope = { namespace, labelSelector, fieldSelector };
  const kind = resourceName(resource);
  const handlers: ChangeHandler<P>[] = [];
  const synced = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  let isSynced = false;
  let started = false;
  let heardMs: number | undefined;
  let problem: unknown;
  let streaming = options.streamingList ?? true;

  function call(handler: ChangeHandler<P>, change: Change<P>) {
    try {
      handler(change);
    } catch (error) {
      // One handler's fault must not keep the others, or the store, from the news.
      const reason = reasonOf(error);
      log.error("A change handler of {kind} failed: {reason}", { kind, reason, error });
    }
  }

  const { store, feed } = createStore<T, P>({
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    // Without a projection P is T.
    project: options.project ?? ((object) => object as unknown as P),
    accepts: scopeMatcher(scope),
    ...(options.indexes ? { indexes: options.indexes } : {}),
    onChange: (change) => handlers.forEach((handler) => call(handler, change)),
  });

  function onHeard() {
    heardMs = clock.now();
    problem = undefined;
  }

  function onListed() {
    onHeard();
    isSynced = true;
    synced.resolve();
  }

  /** One list (where needed) and one watch; returns where to go on from and whether to wait first. */
  async function round(from: string | undefined, signal: AbortSignal) {
    let resourceVersion = from;
    if (resourceVersion === undefined && !streaming) {
      resourceVersion = await listInto(client, resource, { ...scope, signal }, feed);
      onListed();
    }
    const startedMs = clock.now();
    const timeoutSeconds = 300 + Math.floor(random() * 300);
    const end = await watchInto({
      client,
      resource,
      feed,
      watch: { ...scope, resourceVersion, timeoutSeconds, signal },
      clock,
      silenceMs,
      onHeard,
      onListed,
    });
    const short = !end.heard && clock.now() - startedMs < SHORT_WATCH_MS;
    const error = end.error ?? (short ? new Error("The watch ended at once") : undefined);
    return { ...end, error };
  }

  async function run(signal: AbortSignal) {
    let resourceVersion: string | undefined;
    let failures = 0;
    while (!signal.aborted) {
      let error: unknown;
      try {
        const end = await round(resourceVersion, signal);
        resourceVersion = end.resourceVersion;
        error = end.error;
        if (end.heard) failures = 0;
      } catch (thrown) {
        error = thrown;
        if (isExpired(error) || isFromTheFuture(error)) resourceVersion = undefined;
        if (streaming && resourceVersion === undefined && refusesStreaming(error)) {
          streaming = false;
          continue;
        }
      }
      if (signal.aborted) return;
      if (error === undefined) continue;
      problem = error;
      failures++;
      // History that ran out is nobody's fault: the first time the new list starts at once.
      const pause = isExpired(error) && failures === 1 ? 0 : backoffMs(failures, random());
      const named = error instanceof ApiError ? error.retryAfterMs ?? 0 : 0;
      const waitMs = Math.max(pause, named);
      log.warn("The watch of {kind} ended, next try in {waitMs} ms: {reason}", {
        kind,
        waitMs: Math.round(waitMs),
        reason: reasonOf(error),
        error,
      });
      if (waitMs > 0) await delay(clock, waitMs, signal);
    }
  }

  return {
    store,
    synced: synced.promise,
    stopped: stopped.promise,
    hasSynced: () => isSynced,
    silentForMs: () => heardMs === undefined ? Infinity : clock.now() - heardMs,
    problem: () => problem,
    start(signal) {
      if (started) throw new Error(`Cannot start the informer of ${kind} twice`);
      started = true;
      run(signal).finally(stopped.resolve);
    },
    onChange(handler) {
      handlers.push(handler);
      for (const object of store.list()) call(handler, { type: "added", object });
    },
  };
}
