import type { Client } from "./client.ts";
import type { Clock } from "./clock.ts";
import { isExpired, isFromTheFuture } from "./errors.ts";
import type { ListOptions } from "./list.ts";
import type { KubeObject } from "./object.ts";
import type { Resource } from "./resource.ts";
import type { StoreFeed } from "./store.ts";
import type { WatchOptions } from "./watch.ts";

/** The end of one watch. */
export interface WatchEnd {
  /** The resourceVersion for the next watch; undefined if a list is needed. */
  resourceVersion: string | undefined;
  /** Whether the watch has received an event or bookmark. */
  received: boolean;
  /** Absent if the API server ended the stream normally. */
  error?: unknown;
}

export interface WatchIntoOptions<T extends KubeObject> {
  client: Pick<Client, "watch">;
  resource: Resource<T>;
  feed: StoreFeed<T>;
  /** Without a resourceVersion, the watch starts with a streaming list. */
  watch: WatchOptions & { signal: AbortSignal };
  clock: Clock;
  silenceMs: number;
  /** Is called when the API server accepts the watch, and after each event or bookmark is stored. */
  onActivity: () => void;
  /** Is called when the streaming list is complete. */
  onListed: () => void;
}

/** Writes the events of one watch to a store until the watch ends. Throws if the API server refuses the watch. */
export async function watchInto<T extends KubeObject>(
  options: WatchIntoOptions<T>,
): Promise<WatchEnd> {
  const { feed, watch } = options;
  const redial = new AbortController();
  const stop = () => redial.abort();
  watch.signal.addEventListener("abort", stop, { once: true });
  let silent = false;
  const silence = startSilenceTimeout(options.clock, options.silenceMs, () => {
    silent = true;
    redial.abort();
  });
  let relist = watch.resourceVersion === undefined ? feed.relist() : undefined;
  const end: WatchEnd = { resourceVersion: watch.resourceVersion, received: false };
  try {
    const events = options.client.watch(options.resource, {
      ...watch,
      sendInitialEvents: relist ? true : undefined,
      // The response counts as a sign of life, because the first bookmark may only arrive after a minute.
      onOpen() {
        silence.restart();
        options.onActivity();
      },
      signal: redial.signal,
    });
    for await (const event of events) {
      if (event.type === "ERROR") {
        if (isExpired(event.error) || isFromTheFuture(event.error)) end.resourceVersion = undefined;
        return { ...end, error: event.error };
      }
      if (event.type === "BROKEN") return { ...end, error: new Error(event.message) };
      silence.restart();
      end.received = true;
      if (event.type === "BOOKMARK") {
        if (relist && event.initialEventsEnd) {
          relist.end(event.resourceVersion);
          relist = undefined;
          options.onListed();
        }
        if (!relist) {
          end.resourceVersion = event.resourceVersion;
          feed.bookmark(event.resourceVersion);
        }
      } else if (relist) {
        if (event.type === "DELETED") relist.remove(event.object);
        else relist.add(event.object);
      } else {
        feed.event(event.type, event.object);
        end.resourceVersion = event.object.metadata.resourceVersion;
      }
      options.onActivity();
    }
  } finally {
    silence.stop();
    watch.signal.removeEventListener("abort", stop);
  }
  if (silent) {
    const seconds = options.silenceMs / 1000;
    return {
      ...end,
      error: new Error(`The watch sent neither event nor bookmark for ${seconds} s`),
    };
  }
  return end;
}

/** A timeout that each received event or bookmark restarts. */
interface SilenceTimeout {
  restart(): void;
  stop(): void;
}

/** Calls `onSilence` once, `timeoutMs` after the last restart. A restart only reads the clock and sets no timer. */
function startSilenceTimeout(
  clock: Clock,
  timeoutMs: number,
  onSilence: () => void,
): SilenceTimeout {
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
    stop: () => cancel(),
  };
}

/** Lists objects page by page into a store. Returns the resourceVersion. Starts again once if the list expires. */
export async function listInto<T extends KubeObject>(
  client: Pick<Client, "pages">,
  resource: Resource<T>,
  options: ListOptions,
  feed: StoreFeed<T>,
): Promise<string> {
  const list = async () => {
    const relist = feed.relist();
    let resourceVersion = "";
    for await (const page of client.pages(resource, options)) {
      for (const object of page.items) relist.add(object);
      resourceVersion = page.resourceVersion;
    }
    relist.end(resourceVersion);
    return resourceVersion;
  };
  try {
    return await list();
  } catch (error) {
    if (!isExpired(error)) throw error;
    return await list();
  }
}
