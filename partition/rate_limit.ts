import type { Clock } from "../kube/clock.ts";
import { delay } from "../kube/clock.ts";

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
