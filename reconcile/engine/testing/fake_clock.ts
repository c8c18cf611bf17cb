import type { Clock } from "../../../kube/clock.ts";
import { createFakeTimers, settle } from "../../../kube/testing/fake_timers.ts";

export { settle };

/** A clock that advances only when the test calls `advance`. */
export interface FakeClock extends Clock {
  /** Advances the time and calls the timers that are due, in order. Runs the callbacks of promises between timers. */
  advance(byMs: number): Promise<void>;
  /** Returns the number of timers that have not fired. */
  pending(): number;
}

export function createFakeClock(startMs = 0): FakeClock {
  const timers = createFakeTimers(startMs);
  return {
    now: () => timers.nowMs,
    epochMs: () => timers.nowMs,
    timer: timers.timer,
    async advance(byMs) {
      const untilMs = timers.nowMs + byMs;
      await settle();
      while (timers.fireNext(untilMs)) await settle();
      timers.nowMs = untilMs;
    },
    pending: () => timers.pending().length,
  };
}
