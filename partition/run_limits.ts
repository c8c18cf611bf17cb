import { type Clock, delay } from "../kube/clock.ts";
import { DeletionFailure } from "./deletion_failure.ts";

/** Limits how many items a deletion sends per second. */
export interface RateLimit {
  /** Maximum number of items in a batch. If the rate is low, batches are small, so that items are sent evenly. */
  readonly batchSize: number;
  /** Waits until the caller may send `items` items. Callers proceed in order. Aborting the signal ends the wait. */
  wait(items: number, signal: AbortSignal): Promise<void>;
}

const MAX_BATCH = 25;

/** Creates a rate limit. If `itemsPerSecond` is undefined, the rate is unlimited. */
export function createRateLimit(clock: Clock, itemsPerSecond: number | undefined): RateLimit {
  if (itemsPerSecond === undefined) {
    return { batchSize: MAX_BATCH, wait: () => Promise.resolve() };
  }
  let freeAtMs = clock.now();
  return {
    batchSize: Math.min(MAX_BATCH, Math.max(1, Math.ceil(itemsPerSecond))),
    async wait(items, signal) {
      const nowMs = clock.now();
      const startAtMs = Math.max(nowMs, freeAtMs);
      freeAtMs = startAtMs + items / itemsPerSecond * 1000;
      if (startAtMs > nowMs) await delay(clock, startAtMs - nowMs, signal);
    },
  };
}

/** A deletion may delete at most twice the number of items that it counted at its start, plus this number. */
const EXTRA_ITEMS = 1_000;

/** Limits how many items a deletion deletes in total, in case another client keeps writing items. */
export interface ItemLimit {
  /**
   * Adds a number of items to the total. The caller adds each item once, before it first sends the item.
   *
   * @throws {DeletionFailure} TooManyItems if the total exceeds the user's limit; ConcurrentWriters if the total far
   *   exceeds the number of items that the deletion counted at its start
   */
  add(items: number): void;
}

/** Creates the item limit of a deletion that counted `found` items at its start. The user sets `maxItems`. */
export function createItemLimit(found: number, maxItems: number | undefined): ItemLimit {
  let total = 0;
  return {
    add(items) {
      total += items;
      if (maxItems !== undefined && total > maxItems) {
        throw new DeletionFailure(
          "TooManyItems",
          `Stopped at the limit of ${maxItems} items: the partition had ${found} items at the start, but another client writes new items`,
        );
      }
      if (total > 2 * found + EXTRA_ITEMS) {
        throw new DeletionFailure(
          "ConcurrentWriters",
          `Stopped: the partition had ${found} items at the start, and the deletion found more than twice as many; stop the clients that write to it`,
        );
      }
    },
  };
}
