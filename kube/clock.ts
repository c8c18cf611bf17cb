/** A clock with timers. Tests replace {@linkcode systemClock} with a clock that they advance. */
export interface Clock {
  /** Returns a monotonic time in milliseconds. Only the difference of two results has a meaning. */
  now(): number;
  /** Returns the time of day in milliseconds since 1970. An administrator or NTP may set it forward or back. */
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

/** Longest delay of a timer in milliseconds, about 24 days: JavaScript fires a timer with a longer delay at once. */
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

/** An abort signal that is also aborted when its parent is aborted. Disposing of it detaches it from the parent. */
export interface ChildSignal extends Disposable {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

/** Creates a child signal. `AbortSignal.any` is not used, because each call with a long-lived parent leaks memory. */
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

/**
 * A signal that is aborted together with its parent or at a deadline. Disposing of it cancels the deadline and detaches
 * the signal from its parent.
 */
export interface Deadline extends ChildSignal {
  /** Returns whether the deadline has aborted the signal. */
  expired(): boolean;
  /** Returns the time until the deadline in milliseconds. */
  leftMs(): number;
  /** Cancels the deadline. The parent can still abort the signal. */
  stopTimer(): void;
}

/** Returns whether a signal with this abort reason was aborted by a {@linkcode Deadline}. */
export function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === "TimeoutError";
}

/** Creates a child signal of `parent` that is also aborted after `afterMs`. */
export function startDeadline(clock: Clock, afterMs: number, parent?: AbortSignal): Deadline {
  const child = childSignal(parent);
  const endMs = clock.now() + afterMs;
  let expired = false;
  const stopTimer = clock.timer(afterMs, () => {
    expired = !child.signal.aborted;
    child.abort(new DOMException("The deadline has passed", "TimeoutError"));
  });
  return {
    ...child,
    expired: () => expired,
    leftMs: () => endMs - clock.now(),
    stopTimer,
    [Symbol.dispose]() {
      stopTimer();
      child[Symbol.dispose]();
    },
  };
}

/** Returns a time in the format of conditions, with whole seconds: `2024-01-02T03:04:05Z`. */
export function isoSeconds(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Returns a time in the MicroTime format of Leases and Events: `2024-01-02T03:04:05.678000Z`. */
export function microTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/Z$/, "000Z");
}
