import type { Client } from "./client.ts";
import type { Clock } from "./clock.ts";
import { isExpired, isFromTheFuture } from "./errors.ts";
import type { KubeObject } from "./object.ts";
import type { Resource } from "./resource.ts";
import type { StoreFeed } from "./store.ts";
import type { WatchOptions } from "./watch_event.ts";

/** How one watch ended. */
export interface WatchEnd {
  /** Where the next watch goes on from; undefined means that a list is needed. */
  resourceVersion: string | undefined;
  /** Whether anything was told at all. */
  heard: boolean;
  /** Absent when the server closed the stream in order. */
  error?: unknown;
}

export interface WatchIntoOptions<T extends KubeObject> {
  client: Pick<Client, "watch">;
  resource: Resource<T>;
  feed: StoreFeed<T>;
  /** With a resourceVersion a plain watch from there on, without one a streaming list. */
  watch: WatchOptions & { signal: AbortSignal };
  clock: Clock;
  silenceMs: number;
  /** Called when the watch is accepted, and for every event and bookmark, after the store has it. */
  onHeard: () => void;
  /** The streaming list is complete. */
  onListed: () => void;
}

/** Feeds a store from one watch until it ends. Throws what the server refused the watch with. */
export async function watchInto<T extends KubeObject>(
  options: WatchIntoOptions<T>,
): Promise<WatchEnd> {
  const { feed, watch } = options;
  const redial = new AbortController();
  const stop = () => redial.abort();
  watch.signal.addEventListener("abort", stop, { once: true });
  let silent = false;
  const silence = watchSilence(options.clock, options.silenceMs, () => {
    silent = true;
    redial.abort();
  });
  let relist = watch.resourceVersion === undefined ? feed.relist() : undefined;
  const end: WatchEnd = { resourceVersion: watch.resourceVersion, heard: false };
  try {
    const events = options.client.watch(options.resource, {
      ...watch,
      sendInitialEvents: relist ? true : undefined,
      // An answer is a sign of life, and where nothing happens the first bookmark may be a minute away.
      onOpen() {
        silence.heard();
        options.onHeard();
      },
      signal: redial.signal,
    });
    for await (const event of events) {
      if (event.type === "ERROR") {
        if (isExpired(event.error) || isFromTheFuture(event.error)) end.resourceVersion = undefined;
        return { ...end, error: event.error };
      }
      if (event.type === "BROKEN") return { ...end, error: new Error(event.message) };
      silence.heard();
      end.heard = true;
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
      options.onHeard();
    }
  } finally {
    silence.stop();
    watch.signal.removeEventListener("abort", stop);
  }
  if (silent) {
    return { ...end, error: new Error(`Nothing was heard for ${options.silenceMs / 1000} s`) };
  }
  return end;
}

/** Watches over a stream that ought to say something now and then. */
interface SilenceWatch {
  /** Something was heard. */
  heard(): void;
  stop(): void;
}

/**
 * Calls back once when nothing was heard for `boundMs`. A busy stream costs a clock reading per event, not a timer.
 */
function watchSilence(clock: Clock, boundMs: number, onSilence: () => void): SilenceWatch {
  let lastMs = clock.now();
  let cancel = clock.timer(boundMs, check);
  function check() {
    const leftMs = lastMs + boundMs - clock.now();
    if (leftMs > 0) cancel = clock.timer(leftMs, check);
    else onSilence();
  }
  return {
    heard() {
      lastMs = clock.now();
    },
    stop: () => cancel(),
  };
}
