import type { Clock } from "../../../kube/clock.ts";

/** A clock that advances only when the test calls `advance`. */
export interface FakeClock extends Clock {
  /** Advances the time and calls the timers that are due, in order. Runs the callbacks of promises between timers. */
  advance(byMs: number): Promise<void>;
  /** Returns the number of timers that have not fired. */
  pending(): number;
}

export function createFakeClock(startMs = 0): FakeClock {
  let nowMs = startMs;
  const timers = new Set<{ dueMs: number; callback: () => void }>();

  function nextDue(untilMs: number) {
    let next: { dueMs: number; callback: () => void } | undefined;
    for (const timer of timers) {
      if (timer.dueMs <= untilMs && (!next || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }

  return {
    now: () => nowMs,
    epochMs: () => nowMs,
    timer(afterMs, callback) {
      const timer = { dueMs: nowMs + afterMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(byMs) {
      const untilMs = nowMs + byMs;
      await settle();
      for (let timer = nextDue(untilMs); timer; timer = nextDue(untilMs)) {
        timers.delete(timer);
        nowMs = Math.max(nowMs, timer.dueMs);
        timer.callback();
        await settle();
      }
      nowMs = untilMs;
    },
    pending: () => timers.size,
  };
}

// Number of microtasks to await before the clock advances: more than the longest promise chain in these tests needs.
const TURNS = 50;

/** Runs the callbacks of all resolved promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await undefined;
}
