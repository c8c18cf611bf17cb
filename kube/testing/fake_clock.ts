import type { Clock } from "../clock.ts";

/** A clock that only a test advances. */
export interface FakeClock extends Clock {
  /** Advances the clock and fires the timers that become due, earliest first. */
  advance(byMs: number): void;
  /** Returns the remaining times of all timers, shortest first. */
  pending(): number[];
}

/** Creates a clock at `startMs` (by default the start of 2024). */
export function fakeClock(startMs = Date.UTC(2024, 0, 1)): FakeClock {
  let nowMs = startMs;
  const timers = new Map<number, { atMs: number; callback: () => void }>();
  let nextId = 0;
  const due = () => [...timers].sort(([, a], [, b]) => a.atMs - b.atMs);
  return {
    now: () => nowMs,
    epochMs: () => nowMs,
    timer(afterMs, callback) {
      const id = nextId++;
      timers.set(id, { atMs: nowMs + afterMs, callback });
      return () => timers.delete(id);
    },
    advance(byMs) {
      const endMs = nowMs + byMs;
      for (let next = due()[0]; next && next[1].atMs <= endMs; next = due()[0]) {
        const [id, timer] = next;
        timers.delete(id);
        nowMs = timer.atMs;
        timer.callback();
      }
      nowMs = endMs;
    },
    pending: () => due().map(([, { atMs }]) => atMs - nowMs),
  };
}
