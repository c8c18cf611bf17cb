import { type Clock, delay } from "../kube/clock.ts";
import { DeletionFailure } from "./deletion_failure.ts";

/** Limit of the number of items that a run sends per second. */
export interface RateLimit {
  /** Maximum size of a batch. A low rate has small batches, so that the run sends items evenly. */
  readonly batchSize: number;
  /** Resolves when the caller may send `items`, in the order of the calls; immediately if the signal is aborted. */
  wait(items: number, signal: AbortSignal): Promise<void>;
}

const MAX_BATCH = 25;

/** Creates a rate limit; without `itemsPerSecond` it never waits. */
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

/** New items that a run also deletes, in addition to twice the counted number. */
const EXTRA_ITEMS = 1_000;

/** Upper limit of the items that a run deletes, even if another client keeps writing new ones. */
export interface ItemLimit {
  /**
   * Adds items to the total. The caller adds an item before it sends the item for the first time.
   *
   * @throws {DeletionFailure} TooManyItems above `maxItems`, ConcurrentWriters far above the counted number
   */
  add(items: number): void;
}

/** Creates the limit of a run that has counted `found` items. `maxItems` is the user's limit. */
export function createItemLimit(found: number, maxItems: number | undefined): ItemLimit {
  let total = 0;
  return {
    add(items) {
      total += items;
      if (maxItems !== undefined && total > maxItems) {
        throw new DeletionFailure(
          "TooManyItems",
          `Stopped at the limit of ${maxItems} items: the run counted ${found}, but another client writes new items`,
        );
      }
      if (total > 2 * found + EXTRA_ITEMS) {
        throw new DeletionFailure(
          "ConcurrentWriters",
          `Stopped: the run counted ${found} items and found more than twice as many; stop the clients that write to the partition`,
        );
      }
    },
  };
}
