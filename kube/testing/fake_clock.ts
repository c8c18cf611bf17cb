import type { Clock } from "../clock.ts";

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Moves on and calls the timers that are due, in their order. */
  advance(byMs: number): void;
  /** Waiting times of the timers that are set, shortest first. */
  pending(): number[];
}

/** Makes a clock at `startMs` (the first second of 2024 by default). */
export function fakeClock(startMs = Date.UTC(2024, 0, 1)): FakeClock {
  let nowMs = startMs;
  const timers = new Map<number, { atMs: number; callback: () => void }>();
  let nextId = 0;
  const due = () => [...timers].sort(([, a], [, b]) => a.atMs - b.atMs);
  return {
    now: () => nowMs,
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
