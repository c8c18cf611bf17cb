import type { Clock } from "../../kube/clock.ts";
import type { Clocks } from "../clocks.ts";

/** Clocks that stand still until they are told to go on. */
export interface FakeClocks extends Clocks {
  /** Moves both on and calls what falls due, in order; promises get to run in between. */
  advance(byMs: number): Promise<void>;
  /** Moves both on as a stopped process sees it: what fell due meanwhile is called late, all at once. */
  pause(byMs: number): Promise<void>;
  /** Sets the clock on the wall forward or back. */
  setWall(byMs: number): void;
  /** Timers that have not fired yet. */
  pending(): number;
}

interface Timer {
  dueMs: number;
  callback: () => void;
}

// Far more than any chain of promises here is long, and still quicker than one timer.
const TURNS = 100;

/** Lets every promise that can go on go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await undefined;
}

export function fakeClocks(): FakeClocks {
  let steadyMs = 5_000;
  let aheadMs = Date.UTC(2024, 0, 1);
  const timers = new Set<Timer>();
  const timer: Clock["timer"] = (afterMs, callback) => {
    const set = { dueMs: steadyMs + afterMs, callback };
    timers.add(set);
    return () => void timers.delete(set);
  };

  const nextDue = (untilMs: number): Timer | undefined =>
    [...timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];

  async function fireUntil(untilMs: number) {
    await settle();
    for (let next = nextDue(untilMs); next; next = nextDue(untilMs)) {
      timers.delete(next);
      steadyMs = Math.max(steadyMs, next.dueMs);
      next.callback();
      await settle();
    }
  }

  return {
    steady: { now: () => steadyMs, timer },
    wall: { now: () => steadyMs + aheadMs, timer },
    async advance(byMs) {
      const untilMs = steadyMs + byMs;
      await fireUntil(untilMs);
      steadyMs = untilMs;
    },
    async pause(byMs) {
      steadyMs += byMs;
      await fireUntil(steadyMs);
    },
    setWall: (byMs) => void (aheadMs += byMs),
    pending: () => timers.size,
  };
}
