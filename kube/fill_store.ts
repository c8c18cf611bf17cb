import type { Client } from "./client.ts";
import { childSignal, type Clock } from "./clock.ts";
import { isExpired, isFromTheFuture } from "./errors.ts";
import { type ListOptions, retryExpired } from "./list.ts";
import type { KubeObject } from "./object.ts";
import type { Resource } from "./resource.ts";
import type { StoreFeed } from "./store.ts";
import type { WatchOptions } from "./watch.ts";

/** Lists objects page by page into a store, and returns the list's resourceVersion. Repeats an expired list once. */
export function listInto<T extends KubeObject>(
  client: Pick<Client, "pages">,
  resource: Resource<T>,
  options: ListOptions,
  feed: StoreFeed<T>,
): Promise<string> {
  return retryExpired(async () => {
    const relist = feed.relist();
    let resourceVersion = "";
    for await (const page of client.pages(resource, options)) {
      for (const object of page.items) relist.add(object);
      resourceVersion = page.resourceVersion;
    }
    relist.end(resourceVersion);
    return resourceVersion;
  });
}

/** Result of one watch that has ended. */
export interface WatchEnd {
  /** The resourceVersion at which the next watch starts; undefined if a new list is needed. */
  resourceVersion: string | undefined;
  /** Whether the watch has received an event or bookmark. Events and bookmarks of a streaming list do not count. */
  received: boolean;
  /**
   * Whether the operator closed the watch because no event or bookmark arrived in time. This is normal for objects that
   * rarely change.
   */
  silent?: true;
  /** Error that ended the watch; absent if the API server ended the stream normally. */
  error?: unknown;
}

export interface WatchIntoOptions<T extends KubeObject> {
  client: Pick<Client, "watch">;
  resource: Resource<T>;
  feed: StoreFeed<T>;
  /** Options of the watch. Without a resourceVersion, the watch starts with a streaming list. */
  watch: WatchOptions & { signal: AbortSignal };
  clock: Clock;
  /** Called when the API server accepts the watch, and after the store has received an event or a bookmark. */
  onActivity: () => void;
  /** Called when the streaming list is complete. */
  onListed: () => void;
}

/**
 * Timeout of a watch that receives neither an event nor a bookmark. The API server usually sends a bookmark every
 * minute, so a connection that stays silent for longer may be dead.
 */
const SILENCE_MS = 70_000;

/** Writes the events of one watch to a store until the watch ends. Throws if the API server refuses the watch. */
export async function watchInto<T extends KubeObject>(
  { client, resource, feed, watch, clock, onActivity, onListed }: WatchIntoOptions<T>,
): Promise<WatchEnd> {
  using redial = childSignal(watch.signal);
  using silence = startSilenceTimeout(clock, SILENCE_MS, redial.abort);
  feed.watchStarts();
  let relist = watch.resourceVersion === undefined ? feed.relist() : undefined;
  const end: WatchEnd = { resourceVersion: watch.resourceVersion, received: false };
  const events = client.watch(resource, {
    ...watch,
    sendInitialEvents: relist ? true : undefined,
    isKnown: (resourceVersion) => !relist && feed.isWritten(resourceVersion),
    // The start of the response restarts the timeout, because the first bookmark may arrive only after a minute.
    onOpen() {
      silence.restart();
      onActivity();
    },
    signal: redial.signal,
  });
  for await (const event of events) {
    if (event.type === "ERROR") {
      if (isExpired(event.error) || isFromTheFuture(event.error)) end.resourceVersion = undefined;
      return { ...end, error: event.error };
    }
    if (event.type === "BROKEN") return { ...end, error: event.error };
    silence.restart();
    if (!relist) end.received = true;
    if (event.type === "BOOKMARK") {
      if (relist && event.initialEventsEnd) {
        relist.end(event.resourceVersion);
        relist = undefined;
        onListed();
      }
      if (!relist) {
        end.resourceVersion = event.resourceVersion;
        feed.bookmark(event.resourceVersion);
      }
    } else if (event.type === "KNOWN") {
      end.resourceVersion = event.resourceVersion;
      feed.bookmark(event.resourceVersion);
    } else if (relist) {
      if (event.type === "DELETED") relist.remove(event.object);
      else relist.add(event.object);
    } else {
      feed.event(event.type, event.object);
      end.resourceVersion = event.object.metadata.resourceVersion;
    }
    onActivity();
  }
  if (watch.signal.aborted) return end;
  if (relist) {
    return { ...end, error: new Error("The streaming list ended before it was complete") };
  }
  return redial.signal.aborted ? { ...end, silent: true } : end;
}

/**
 * Calls `onSilence` when `timeoutMs` has passed since the last `restart`. For speed, `restart` only stores the time.
 */
function startSilenceTimeout(
  clock: Clock,
  timeoutMs: number,
  onSilence: () => void,
): Disposable & { restart(): void } {
  let lastMs = clock.now();
  let cancel = clock.timer(timeoutMs, check);
  function check() {
    const leftMs = lastMs + timeoutMs - clock.now();
    if (leftMs > 0) cancel = clock.timer(leftMs, check);
    else onSilence();
  }
  return {
    restart() {
      lastMs = clock.now();
    },
    [Symbol.dispose]: () => cancel(),
  };
}
