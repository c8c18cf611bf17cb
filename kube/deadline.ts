import { type ChildSignal, childSignal, type Clock } from "./clock.ts";
import { sharedTimer } from "./shared_timer.ts";

/**
 * An abort signal that is aborted together with its parent or at a deadline. Disposing of the signal cancels the
 * deadline and detaches the signal from its parent.
 */
export interface Deadline extends ChildSignal {
  /** Returns whether the deadline has aborted the signal. */
  expired(): boolean;
  /** Returns the time until the deadline in milliseconds. */
  leftMs(): number;
  /** Cancels the deadline. The parent can still abort the signal. */
  stopTimer(): void;
}

/** Returns whether an abort reason comes from a {@linkcode Deadline}. */
export function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === "TimeoutError";
}

/** Creates a child signal of `parent` that is also aborted after `afterMs`. */
export function startDeadline(clock: Clock, afterMs: number, parent?: AbortSignal): Deadline {
  const child = childSignal(parent);
  const endMs = clock.now() + afterMs;
  let expired = false;
  const stopTimer = sharedTimer(clock).start(afterMs, () => {
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
