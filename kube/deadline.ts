import type { Clock } from "./clock.ts";

/** A signal that ends with the parent or when time is up, whichever comes first. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether it was the time that ended it. */
  expired(): boolean;
  /** What is left, in milliseconds. */
  leftMs(): number;
  /** Takes the timer back; the parent still counts. */
  stopTimer(): void;
  /** Lets go of the timer and the parent. */
  dispose(): void;
}

/** Starts a deadline of `afterMs`. Listens by hand: `AbortSignal.any` on a long-lived parent piles up dependents. */
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
