import type { Clock } from "../../kube/clock.ts";
import type { Clocks } from "../clocks.ts";

/** Clocks that only a test advances. */
export interface FakeClocks extends Clocks {
  /** Advances both clocks and fires the due timers in order. Pending promises settle after each timer. */
  advance(byMs: number): Promise<void>;
  /** Advances both clocks as if the process were paused: all due timers fire at the end of the pause. */
  pause(byMs: number): Promise<void>;
  /** Sets the wall clock forward or back. */
  setWall(byMs: number): void;
  /** Returns the number of timers that have not fired yet. */
  pending(): number;
}

interface Timer {
  dueMs: number;
  callback: () => void;
}

/** Number of microtasks to await before the clocks advance; exceeds the longest promise chain in these tests. */
const MICROTASKS = 100;

/** Runs the pending microtasks. */
export async function settle(): Promise<void> {
  for (let count = 0; count < MICROTASKS; count++) await undefined;
}

/** Creates clocks that start on 1 January 2024. */
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
    monotonic: { now: () => steadyMs, epochMs: () => steadyMs + aheadMs, timer },
    wall: { now: () => steadyMs + aheadMs },
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
