import { createFakeTimers, settle } from "../../kube/testing/fake_timers.ts";
import type { Clocks } from "../clocks.ts";

export { settle };

export interface FakeClocks extends Clocks {
  /** Advances both clocks and fires the due timers in order. Pending promises settle after each timer. */
  advance(byMs: number): Promise<void>;
  /** Advances both clocks as if the process were paused: all due timers fire at the end of the pause. */
  pause(byMs: number): Promise<void>;
  setWall(byMs: number): void;
  pending(): number;
}

export function fakeClocks(): FakeClocks {
  const timers = createFakeTimers(5_000);
  let aheadMs = Date.UTC(2024, 0, 1);
  const wallMs = () => timers.nowMs + aheadMs;

  async function fireUntil(untilMs: number) {
    await settle();
    while (timers.fireNext(untilMs)) await settle();
  }

  return {
    monotonic: { now: () => timers.nowMs, epochMs: wallMs, timer: timers.timer },
    wall: { now: wallMs },
    async advance(byMs) {
      const untilMs = timers.nowMs + byMs;
      await fireUntil(untilMs);
      timers.nowMs = untilMs;
    },
    async pause(byMs) {
      timers.nowMs += byMs;
      await fireUntil(timers.nowMs);
    },
    setWall: (byMs) => void (aheadMs += byMs),
    pending: () => timers.pending().length,
  };
}
