/** A clock with timers. Tests replace {@linkcode systemClock} with a clock that they advance. */
export interface Clock {
  /** Returns a monotonic time in milliseconds. Only differences between results are meaningful. */
  now(): number;
  /** Returns the wall-clock time in milliseconds since 1970. An administrator or NTP may set it forward or back. */
  epochMs(): number;
  /** Calls `callback` once after `afterMs`. The returned function cancels the timer. */
  timer(afterMs: number, callback: () => void): () => void;
}

/** The clock of the operating system. */
export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: () => Date.now(),
  timer(afterMs, callback) {
    const id = setTimeout(callback, afterMs);
    return () => clearTimeout(id);
  },
};

/**
 * Longest delay of a timer in milliseconds, about 24 days: JavaScript fires a timer with a longer delay immediately.
 */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves after `afterMs` (at most {@linkcode LONGEST_TIMER_MS}) or when the signal is aborted. Never rejects. */
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

/** Resolves when the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/**
 * An abort signal that is also aborted when its parent is aborted. Disposing of the signal detaches it from the parent.
 */
export interface ChildSignal extends Disposable {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

/** Creates a child signal. Does not use `AbortSignal.any`, which leaks memory at each call with a long-lived parent. */
export function childSignal(parent?: AbortSignal): ChildSignal {
  const controller = new AbortController();
  const follow = () => controller.abort(parent?.reason);
  if (parent?.aborted) follow();
  else parent?.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    [Symbol.dispose]: () => parent?.removeEventListener("abort", follow),
  };
}

/** Returns a time with whole seconds, as in the conditions of a status: `2024-01-02T03:04:05Z`. */
export function isoSeconds(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, -".000Z".length)}Z`;
}

/** Returns a time in the MicroTime format of Leases and Events: `2024-01-02T03:04:05.678000Z`. */
export function microTime(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, -"Z".length)}000Z`;
}
