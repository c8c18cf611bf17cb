import type { Clock } from "../clock.ts";

export interface FakeTimers {
  nowMs: number;
  timer: Clock["timer"];
  /**
   * If the next timer is due by `untilMs`, advances the time to the due time and fires the timer. Returns whether a
   * timer fired. Timers that are due at the same time fire in the order of their creation.
   */
  fireNext(untilMs: number): boolean;
  /** Returns the remaining times of all timers in milliseconds, shortest first. */
  pending(): number[];
}

export function createFakeTimers(nowMs: number): FakeTimers {
  const set = new Set<{ dueMs: number; callback: () => void }>();
  const inOrder = () => [...set].sort((a, b) => a.dueMs - b.dueMs);
  const timers: FakeTimers = {
    nowMs,
    timer(afterMs, callback) {
      const timer = { dueMs: timers.nowMs + afterMs, callback };
      set.add(timer);
      return () => void set.delete(timer);
    },
    fireNext(untilMs) {
      const [next] = inOrder();
      if (!next || next.dueMs > untilMs) return false;
      set.delete(next);
      timers.nowMs = Math.max(timers.nowMs, next.dueMs);
      next.callback();
      return true;
    },
    pending: () => inOrder().map(({ dueMs }) => dueMs - timers.nowMs),
  };
  return timers;
}

/** Number of microtasks to await: more than the longest promise chain in the tests needs. */
const MICROTASKS = 100;

/** Runs the callbacks of all resolved promises. */
export async function settle(): Promise<void> {
  for (let count = 0; count < MICROTASKS; count++) await undefined;
}
