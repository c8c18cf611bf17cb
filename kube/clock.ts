/** Time, injectable for tests. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `afterMs`; the returned function takes it back. */
  timer(afterMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  timer(afterMs, callback) {
    const id = setTimeout(callback, afterMs);
    return () => clearTimeout(id);
  },
};

/** A timer of more than 31 bits fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Resolves after `afterMs`, or at once when the signal is aborted; it never rejects. No wait is longer than 24 days:
 * what is to last longer ends then.
 */
export function delay(clock: Clock, afterMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.timer(Math.min(afterMs, LONGEST_TIMER_MS), end);
    signal?.addEventListener("abort", end, { once: true });
  });
}
