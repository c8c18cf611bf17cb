// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createRecentValues } from "./recent_values.ts";
import { fakeClock } from "./testing/fake_clock.ts";

const LIMITS = { maxValues: 2, periodMs: 1_000 };

function value(content = "a") {
  return { content: [content] };
}

Deno.test("an equal value for a key is replaced by the recent one, another value is not", () => {
  const recent = createRecentValues(fakeClock(), LIMITS);
  const first = value();
  assert(recent("x", first) === first);
  assert(recent("x", value()) === first);
  const changed = value("b");
  assert(recent("x", changed) === changed);
  assert(recent("x", value("b")) === changed);
});

Deno.test("keys are independent", () => {
  const recent = createRecentValues(fakeClock(), LIMITS);
  recent("x", value());
  const other = value();
  assert(recent("y", other) === other);
});

Deno.test("a value is forgotten after two periods without use, and the timer ends", () => {
  const clock = fakeClock();
  const recent = createRecentValues(clock, LIMITS);
  const first = value();
  recent("x", first);
  for (let period = 0; period < 5; period++) {
    clock.advance(LIMITS.periodMs);
    assert(recent("x", value()) === first);
  }
  clock.advance(2 * LIMITS.periodMs);
  assertEquals(clock.pending(), []);
  const later = value();
  assert(recent("x", later) === later);
});

Deno.test("the value that was not used for the longest time is forgotten if there are too many", () => {
  const recent = createRecentValues(fakeClock(), LIMITS);
  const first = value();
  recent("unused", first);
  recent("used", first);
  for (const key of ["a", "b", "c", "d"]) {
    recent(key, value());
    assert(recent("used", value()) === first);
  }
  const later = value();
  assert(recent("unused", later) === later);
});

Deno.test("every result equals its value", () => {
  const step = fc.record({
    key: fc.constantFrom("x", "y", "z"),
    value: fc.jsonValue({ maxDepth: 2 }),
    waitMs: fc.nat(1_500),
  });
  fc.assert(fc.property(fc.array(step), (steps) => {
    const clock = fakeClock();
    const recent = createRecentValues(clock, LIMITS);
    for (const { key, value, waitMs } of steps) {
      clock.advance(waitMs);
      assertEquals(recent(key, { value: structuredClone(value) }), { value });
    }
  }));
});
