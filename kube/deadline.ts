import type { Clock } from "./clock.ts";

/** A deadline whose signal is also aborted by a parent signal. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Returns whether the deadline has aborted the signal. */
  expired(): boolean;
  /** Returns the remaining time in milliseconds. */
  leftMs(): number;
  /** Cancels the deadline. The parent still aborts the signal. */
  stopTimer(): void;
  /** Cancels the deadline and detaches the signal from the parent. */
  dispose(): void;
}

/**
 * Starts a deadline of `afterMs`. It does not use `AbortSignal.any`, because that leaks memory for each call with a
 * long-lived parent.
 */
export function startDeadline(clock: Clock, afterMs: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  const endMs = clock.now() + afterMs;
  let expired = false;
  const follow = () => controller.abort(parent?.reason);
  if (parent?.aborted) follow();
  else parent?.addEventListener("abort", follow, { once: true });
  const stopTimer = clock.timer(afterMs, () => {
    expired = !controller.signal.aborted;
    controller.abort(new DOMException("The deadline has passed", "TimeoutError"));
  });
  return {
    signal: controller.signal,
    expired: () => expired,
    leftMs: () => endMs - clock.now(),
    stopTimer,
    dispose() {
      stopTimer();
      parent?.removeEventListener("abort", follow);
    },
  };
}
