// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type SharedTimer, sharedTimer } from "./shared_timer.ts";
import { type FakeClock, fakeClock } from "./testing/fake_clock.ts";

function simulate(
  steps: readonly { afterMs: number; advanceMs: number; cancels: number | null }[],
  clock: FakeClock,
  start: SharedTimer["start"],
) {
  const calls: string[] = [];
  const cancels = steps.map(({ afterMs, advanceMs, cancels }, index) => {
    const cancel = start(afterMs, () => calls.push(`${index} at ${clock.now()}`));
    clock.advance(advanceMs);
    return { cancel, cancels };
  });
  for (const { cancels: number } of cancels) {
    if (number !== null) cancels[number % cancels.length]?.cancel();
    clock.advance(7);
  }
  clock.advance(1_000);
  return calls;
}

Deno.test("calls are made at the same times as with one timer for each of them", () => {
  const step = fc.record({
    afterMs: fc.integer({ min: 0, max: 100 }),
    advanceMs: fc.integer({ min: 0, max: 50 }),
    cancels: fc.option(fc.nat(20)),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
    const [one, many] = [fakeClock(0), fakeClock(0)];
    const shared = simulate(steps, one, sharedTimer(one).start);
    assertEquals(shared, simulate(steps, many, many.timer));
    assertEquals(one.pending(), []);
  }));
});

Deno.test("a clock has at most one timer, and none when all calls are cancelled", () => {
  const clock = fakeClock(0);
  const { start } = sharedTimer(clock);
  const stops = [30, 12, 40].map((afterMs) => start(afterMs, () => {}));
  assertEquals(clock.pending(), [12]);
  for (const stop of stops) stop();
  assertEquals(clock.pending(), []);
});

Deno.test("a call that another call cancels or starts at the same time is handled", () => {
  const clock = fakeClock(0);
  const { start } = sharedTimer(clock);
  const calls: string[] = [];
  start(10, () => {
    calls.push("first");
    stop();
    start(5, () => calls.push("third"));
  });
  const stop = start(10, () => calls.push("second"));
  clock.advance(10);
  assertEquals([calls, clock.pending()], [["first"], [5]]);
  clock.advance(5);
  assertEquals(calls, ["first", "third"]);
});

Deno.test("a timer that fires early is armed again", () => {
  const clock = fakeClock(0);
  const early = {
    ...clock,
    timer: (ms: number, f: () => void) => clock.timer(Math.ceil(ms / 2), f),
  };
  let calls = 0;
  sharedTimer(early).start(100, () => calls++);
  clock.advance(99);
  assertEquals(calls, 0);
  clock.advance(1);
  assertEquals(calls, 1);
});
