/** A clock; tests replace it. */
export interface Clock {
  /** Returns the current time in milliseconds; for {@linkcode systemClock}, since the epoch. */
  now(): number;
  /** Calls `callback` once after `afterMs`. The returned function cancels the timer. */
  timer(afterMs: number, callback: () => void): () => void;
}

/** The clock of the operating system. */
export const systemClock: Clock = {
  now: () => Date.now(),
  timer(afterMs, callback) {
    const id = setTimeout(callback, afterMs);
    return () => clearTimeout(id);
  },
};

/** Longest time of a timer in milliseconds, about 24 days: JavaScript fires a longer timer at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves after `afterMs`, at most {@linkcode LONGEST_TIMER_MS}, or when the signal is aborted. It never rejects. */
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
