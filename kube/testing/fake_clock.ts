import type { Clock } from "../clock.ts";
import { createFakeTimers } from "./fake_timers.ts";

export interface FakeClock extends Clock {
  /** Advances the clock and fires the timers that become due, earliest first. */
  advance(byMs: number): void;
  /** Returns the remaining times of all timers, shortest first. */
  pending(): number[];
}

export function fakeClock(startMs = Date.UTC(2024, 0, 1)): FakeClock {
  const timers = createFakeTimers(startMs);
  return {
    now: () => timers.nowMs,
    epochMs: () => timers.nowMs,
    timer: timers.timer,
    advance(byMs) {
      const endMs = timers.nowMs + byMs;
      while (timers.fireNext(endMs));
      timers.nowMs = endMs;
    },
    pending: timers.pending,
  };
}
