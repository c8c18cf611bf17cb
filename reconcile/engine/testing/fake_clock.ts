import type { Clock } from "../../../kube/clock.ts";

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Moves the time on and calls what falls due, in order; promises get to run in between. */
  advance(byMs: number): Promise<void>;
  /** Timers that have not fired yet. */
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

// Far more than any chain of promises here is long, and still quicker than one timer.
const TURNS = 50;

/** Lets every promise that can go on go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await undefined;
}
