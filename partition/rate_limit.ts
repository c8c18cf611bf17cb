import type { Clock } from "../kube/clock.ts";
import { delay } from "../kube/clock.ts";

/** Holds back what is sent to a number of items a second. */
export interface RateLimit {
  /** The most items that may be sent at once, so that a slow pace is an even one. */
  readonly batchSize: number;
  /** Resolves when `items` more may be sent, in the order of the calls; at once when the signal is aborted. */
  wait(items: number, signal: AbortSignal): Promise<void>;
}

const MAX_BATCH = 25;

/** @param itemsPerSecond absent: no limit */
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
