import { getLogger } from "@logtape/logtape";
import type { Client } from "./client.ts";
import { type Clock, delay, systemClock } from "./clock.ts";
import {
  ApiError,
  ConnectionError,
  isExpired,
  isForbidden,
  isFromTheFuture,
  isNotFound,
  reasonOf,
} from "./errors.ts";
import { listInto, watchInto } from "./fill_store.ts";
import { confirmHistory, createResetDetector, HistoryResetError, RECHECK_MS } from "./history.ts";
import type { Log } from "./log.ts";
import { createLogLimit } from "./log_limit.ts";
import type { KubeObject } from "./object.ts";
import { type Resource, resourceName } from "./resource.ts";
import { reconnectBackoffMs } from "./retry.ts";
import { type ListScope, scopeMatcher } from "./selector.ts";
import type { ShareValues } from "./shared_values.ts";
import {
  type Change,
  createStore,
  type IndexFunctions,
  type Store,
  withoutManagedFields,
} from "./store.ts";

/** Handles one change to an object in a store. */
export type ChangeHandler<P extends KubeObject> = (change: Change<P>) => void;

/** Settings of an informer: the resource to watch, the scope of the watch, and timing. */
export interface InformerOptions<T extends KubeObject, P extends KubeObject = T> extends ListScope {
  client: Pick<Client, "pages" | "watch">;
  resource: Resource<T>;
  /**
   * Reduces an object to the fields that the operator reads. The default drops only the managed fields. The result must
   * keep `apiVersion`, `kind`, and the name, namespace, uid and resourceVersion in `metadata`.
   */
  project?: ((object: T) => P) | undefined;
  indexes?: IndexFunctions<P> | undefined;
  /** Lets equal parts of the stored objects share memory, also across informers. By default, nothing is shared. */
  share?: ShareValues | undefined;
  /**
   * Returns whether API discovery lists the kind; true by default. A list request cannot show this: without an RBAC
   * rule, the API server responds with 403 even if the kind does not exist.
   */
  isServed?: ((signal: AbortSignal) => Promise<boolean>) | undefined;
  random?: typeof Math.random | undefined;
  clock?: Clock | undefined;
  /** Whether to request a streaming list; true by default. If it fails, the informer requests the list in pages. */
  streamingList?: boolean | undefined;
  log?: Log | undefined;
}

/**
 * State of an informer.
 *
 * - `starting`: no list has succeeded yet.
 * - `synced`: the store holds a list, and the informer watches or reconnects.
 * - `absent`: the API server does not serve the kind. The store is empty.
 * - `forbidden`: the API server does not permit the list or the watch. The store may be stale.
 * - `failing`: the first list failed, or lists and watches have failed for a minute. The store may be stale.
 */
export type InformerState = "starting" | "synced" | "absent" | "forbidden" | "failing";

/** Keeps a store in sync with the API server and reports each change once. */
export interface Informer<P extends KubeObject> {
  readonly store: Store<P>;
  /** Adds indexes to the store. Throws if an index with the same name exists with another function. */
  addIndexes(indexes: IndexFunctions<P>): void;
  /** Lists and watches until the signal is aborted. */
  start(signal: AbortSignal): void;
  /**
   * Resolves when the store holds the first list and the change handlers have received all its objects. Never resolves
   * if the informer is stopped before that.
   */
  readonly synced: Promise<void>;
  /**
   * Resolves when the informer leaves the state `starting` or its first list fails. Never resolves if the informer is
   * stopped before that.
   */
  readonly settled: Promise<void>;
  /** Rejects with a `HistoryResetError` if the data of the API server stays older than the store for 5 s. */
  readonly outdated: Promise<never>;
  /** Rejects {@linkcode outdated}. Callers use this function if one of their own requests returns outdated data. */
  reportOutdated(error: HistoryResetError): void;
  state(): InformerState;
  /** Calls `handler` after each state change. On a change to `absent`, handlers run before the store is emptied. */
  onStateChange(handler: () => void): void;
  /** Returns the milliseconds since the last response or event; `Infinity` before the first one. */
  silentForMs(): number;
  /** Returns the error of the last list or watch, or undefined while the informer is connected. */
  problem(): unknown;
  /** Resolves when the signal has been aborted and the informer has closed its watch. */
  readonly stopped: Promise<void>;
  /** Calls `handler` with an "added" change for each stored object, then with each change. Logs errors of `handler`. */
  onChange(handler: ChangeHandler<P>): void;
}

/** Average interval between attempts to list a kind that the API server does not serve. The jitter is ±20 %. */
const ABSENT_POLL_MS = 10_000;
/**
 * Number of consecutive refused lists after which a kind counts as not served. An API server may refuse a few lists
 * while it starts. Before the first successful list, one refusal is sufficient if API discovery does not list the kind.
 */
const ABSENT_CONFIRMATIONS = 3;
const ABSENT_CONFIRM_MS = 1_000;
/** A watch that ends within this time without an event counts as a failure and delays the next attempt. */
const SHORT_WATCH_MS = 1_000;
/** A watch that was open for at least this time resets the failure counts, even if its connection is lost. */
const LONG_WATCH_MS = 30_000;
/** The informer logs connection failures after this number of consecutive watches has failed without an event. */
const MAX_BROKEN_WATCHES = 4;
/** If lists and watches fail for this time, the informer enters the state `failing`. */
const FAILING_MS = 60_000;
/** If resourceVersions repeatedly expire within this time after a list, the informer delays the next lists. */
const MIN_EXPIRY_MS = 60_000;

/** Returns whether the API server refused to send a streaming list (KEP-3157; disabled by default before 1.32). */
function refusesStreaming(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 400 || error.status === 422);
}

/** Creates an informer. It sends no request before `start`. */
export function createInformer<T extends KubeObject, P extends KubeObject = T>(
  options: InformerOptions<T, P>,
): Informer<P> {
  const { client, resource, namespace, labelSelector, fieldSelector } = options;
  const { clock = systemClock, random = Math.random } = options;
  const { log = getLogger(["kube", "informer"]) } = options;
  const scope = { namespace, labelSelector, fieldSelector };
  const kind = resourceName(resource);
  const handlers: ChangeHandler<P>[] = [];
  const synced = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  const settled = Promise.withResolvers<void>();
  const stateHandlers: (() => void)[] = [];
  const outdated = Promise.withResolvers<never>();
  // Without a handler, the rejection would end the process before the operator has shut down.
  outdated.promise.catch(() => {});
  const mayLog = createLogLimit(clock);
  const resetDetector = createResetDetector(clock);
  let state: InformerState = "starting";
  let started = false;
  let lastActivityMs: number | undefined;
  let lists = 0;
  let lastListMs = -Infinity;
  let problem: unknown;
  let failingSinceMs: number | undefined;
  /** Whether to request streaming lists; false after the API server has refused one. */
  let streaming = options.streamingList ?? true;
  /** Whether to request the next list in pages, because a streaming list failed. */
  let paging = false;

  function call(handler: ChangeHandler<P>, change: Change<P>) {
    try {
      handler(change);
    } catch (error) {
      // An error in one handler must not prevent the store and the other handlers from receiving the change.
      const reason = reasonOf(error);
      log.error("A change handler of {kind} failed: {reason}", { kind, reason, error });
    }
  }

  const { store, feed, addIndexes } = createStore<T, P>({
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    // The cast is safe: if `project` is absent, P is T.
    project: options.project ?? ((object) => withoutManagedFields(object) as unknown as P),
    accepts: scopeMatcher(scope),
    share: options.share,
    ...(options.indexes ? { indexes: options.indexes } : {}),
    onChange: (change) => handlers.forEach((handler) => call(handler, change)),
  });

  function onActivity() {
    lastActivityMs = clock.now();
    problem = failingSinceMs = undefined;
  }

  function onList() {
    resetDetector.upToDate();
    lists++;
    lastListMs = clock.now();
    // A successful list does not prove that the watch is permitted. The state stays "forbidden" until the watch opens.
    if (state === "forbidden") onActivity();
    else onWatch();
  }

  function onWatch() {
    onActivity();
    enter("synced");
    synced.resolve();
  }

  function enter(next: InformerState) {
    if (state === next) return;
    state = next;
    for (const handler of stateHandlers) handler();
    settled.resolve();
  }

  /**
   * Returns true if API discovery does not list the kind. Sends no request if the answer would not change the state.
   */
  async function isUnserved(error: unknown, signal: AbortSignal): Promise<boolean> {
    const { isServed } = options;
    const isUnclear = isForbidden(error) || (isNotFound(error) && state === "starting");
    if (!isServed || !isUnclear) return false;
    try {
      return !await isServed(signal);
    } catch {
      // If API discovery does not respond, an absent kind stays absent, and any other kind counts as served.
      return state === "absent";
    }
  }

  /**
   * Updates the state after a 404 or 403. Returns the delay before the next list, or undefined for any other error.
   *
   * @param missing number of consecutive responses that show that the kind is not served
   */
  function refusalDelayMs(
    error: unknown,
    { missing, unserved, failures }: { missing: number; unserved: boolean; failures: number },
  ): number | undefined {
    if (missing > 0) {
      const isConfirmed = missing >= ABSENT_CONFIRMATIONS || (unserved && state === "starting");
      if (!isConfirmed && state !== "absent") return ABSENT_CONFIRM_MS;
      if (state !== "absent") {
        const seconds = ABSENT_POLL_MS / 1000;
        log.info("The API server does not serve {kind}, retrying every {seconds} s", {
          kind,
          seconds,
        });
        enter("absent");
        feed.clear();
      }
      return ABSENT_POLL_MS * (0.8 + 0.4 * random());
    }
    if (!isForbidden(error)) return undefined;
    if (state !== "forbidden") {
      const reason = reasonOf(error);
      log.warn("Cannot list and watch {kind}, retrying: {reason}", { kind, reason });
      enter("forbidden");
    }
    return reconnectBackoffMs(failures, random());
  }

  /** Sends a list request, if necessary, and then a watch request. Returns how the watch ended. */
  async function round(from: string | undefined, signal: AbortSignal) {
    let resourceVersion = from;
    if (resourceVersion === undefined && (paging || !streaming)) {
      resourceVersion = await listInto(client, resource, { ...scope, signal }, feed);
      paging = false;
      onList();
    }
    const isListed = resourceVersion !== undefined;
    const startedMs = clock.now();
    const timeoutSeconds = 300 + Math.floor(random() * 300);
    const watch = { ...scope, resourceVersion, timeoutSeconds, signal };
    const callbacks = {
      onActivity: isListed ? onWatch : onActivity,
      onListed() {
        onList();
        onWatch();
      },
    };
    const end = await watchInto({ client, resource, feed, watch, clock, ...callbacks });
    const openMs = clock.now() - startedMs;
    if (isListed && !end.received && openMs < SHORT_WATCH_MS) {
      end.error ??= new Error("The API server ended the watch without an event");
    }
    const isHealthy = end.received || end.error === undefined || openMs >= LONG_WATCH_MS;
    return { ...end, isHealthy };
  }

  /** Updates the state after a failure if the store is incomplete or may be stale. */
  function onFailure(error: unknown) {
    failingSinceMs ??= clock.now();
    const isStale = clock.now() - failingSinceMs >= FAILING_MS;
    const isUnlisted = state === "starting" && !(error instanceof ConnectionError);
    if (state !== "absent" && (isStale || isUnlisted)) enter("failing");
    settled.resolve();
  }

  function logFailure(
    error: unknown,
    { waitMs, isExpected, brokenWatches }: {
      waitMs: number;
      isExpected: boolean;
      brokenWatches: number;
    },
  ) {
    // If the API server does not respond, the transport logs this once for all informers. The transport does not notice
    // an API server that responds but breaks every watch, so the informer logs these failures.
    const isLogged = error instanceof ConnectionError && brokenWatches < MAX_BROKEN_WATCHES;
    const isMinor = isExpected || isLogged || !mayLog();
    log[isMinor ? "debug" : "warn"](
      "Cannot list or watch {kind}, retrying in {waitMs} ms: {reason}",
      { kind, waitMs: Math.round(waitMs), reason: reasonOf(error) },
    );
  }

  async function run(signal: AbortSignal) {
    let resourceVersion: string | undefined;
    let isUncertain = false;
    let failures = 0;
    let missing = 0;
    let expiries = 0;
    let brokenWatches = 0;
    while (!signal.aborted) {
      let error: unknown;
      const isListing = resourceVersion === undefined;
      const listsBefore = lists;
      try {
        if (resourceVersion !== undefined && isUncertain) {
          await confirmHistory(client, resource, { ...scope, resourceVersion, signal });
          resetDetector.upToDate();
        }
        isUncertain = false;
        const end = await round(resourceVersion, signal);
        ({ resourceVersion, error } = end);
        isUncertain = error !== undefined || end.silent === true;
        if (end.isHealthy) failures = missing = brokenWatches = 0;
        else brokenWatches++;
      } catch (thrown) {
        error = thrown;
        // If the check for outdated data has timed out, a new list replaces the check. The list has a longer deadline,
        // and the API server may serve the list from its cache.
        const isCheckLate = isUncertain && error instanceof ConnectionError && error.timedOut;
        if (isExpired(error) || isFromTheFuture(error) || isCheckLate) resourceVersion = undefined;
        isUncertain = true;
        if (streaming && resourceVersion === undefined && refusesStreaming(error)) {
          streaming = false;
          continue;
        }
      }
      if (signal.aborted) return;
      const isOutdated = error instanceof HistoryResetError;
      if (isOutdated && resetDetector.isReset()) return outdated.reject(error);
      if (error === undefined) continue;
      problem = error;
      failures++;
      const unserved = await isUnserved(error, signal);
      if (signal.aborted) return;
      missing = unserved || isNotFound(error) ? missing + 1 : 0;
      const refusedMs = refusalDelayMs(error, { missing, unserved, failures });
      if (refusedMs !== undefined) {
        // The store may miss changes during the delay, so the next attempt starts with a new list.
        resourceVersion = undefined;
        await delay(clock, refusedMs, signal);
        continue;
      }
      onFailure(error);
      if (isListing && lists === listsBefore) paging = true;
      let pauseMs = reconnectBackoffMs(failures, random());
      if (isExpired(error)) {
        // 410 Gone, as the response to a watch or as an event in its stream, means that the resourceVersion has
        // expired. This is normal after a long interruption: the store keeps its objects, and a new list starts
        // immediately.
        const isEarly = isListing || clock.now() - lastListMs < MIN_EXPIRY_MS;
        expiries = isEarly ? expiries + 1 : 1;
        pauseMs = expiries === 1 ? 0 : reconnectBackoffMs(expiries - 1, random());
      }
      const requestedMs = error instanceof ApiError ? error.retryAfterMs ?? 0 : 0;
      const waitMs = Math.max(pauseMs, requestedMs, isOutdated ? RECHECK_MS : 0);
      // The first loss of an established watch is normal, for example when the API server restarts.
      const isExpected = !isListing && failures === 1;
      logFailure(error, { waitMs, isExpected, brokenWatches });
      if (waitMs > 0) await delay(clock, waitMs, signal);
    }
  }

  return {
    store,
    addIndexes,
    synced: synced.promise,
    settled: settled.promise,
    outdated: outdated.promise,
    reportOutdated: outdated.reject,
    stopped: stopped.promise,
    state: () => state,
    onStateChange: (handler) => void stateHandlers.push(handler),
    silentForMs: () => lastActivityMs === undefined ? Infinity : clock.now() - lastActivityMs,
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
