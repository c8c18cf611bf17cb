// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertThrows } from "@std/assert";
import { createItemLimit, createRateLimit } from "./run_limits.ts";
import { createAutoAdvanceClock } from "./testing/auto_advance_clock.ts";
import { DeletionFailure } from "./deletion_failure.ts";

const { signal } = new AbortController();

Deno.test("batches do not exceed the rate limit, and the first batch does not wait", async () => {
  const clock = createAutoAdvanceClock();
  const pace = createRateLimit(clock, 50);
  const atMs: number[] = [];
  await Promise.all(
    [25, 25, 10, 25].map(async (items) => {
      await pace.wait(items, signal);
      atMs.push(clock.now());
    }),
  );
  assertEquals(atMs, [0, 500, 1000, 1200]);
});

Deno.test("a low rate limit has small batches; without a limit, batches are full", async () => {
  const clock = createAutoAdvanceClock();
  assertEquals([0.5, 3, 25, 4000].map((rate) => createRateLimit(clock, rate).batchSize), [
    1,
    3,
    25,
    25,
  ]);
  const unlimited = createRateLimit(clock, undefined);
  for (let i = 0; i < 1000; i++) await unlimited.wait(25, signal);
  assertEquals([unlimited.batchSize, clock.now()], [25, 0]);
});

Deno.test("after a stop, the rate limit does not wait", async () => {
  const clock = createAutoAdvanceClock();
  const pace = createRateLimit(clock, 1);
  await pace.wait(1000, signal);
  const stop = new AbortController();
  stop.abort();
  await pace.wait(1, stop.signal);
  assert(clock.now() < 1_000_000);
});

Deno.test("the item limit allows the counted items and some new items, and throws if a client keeps writing", () => {
  const budget = createItemLimit(5_000, undefined);
  budget.add(5_000);
  budget.add(6_000);
  assertEquals(
    assertThrows(() => budget.add(1), DeletionFailure).outcome,
    "ConcurrentWriters",
  );
});

Deno.test("the item limit includes items that a client writes after the count", () => {
  const budget = createItemLimit(10, 10);
  budget.add(10);
  assertEquals(assertThrows(() => budget.add(1), DeletionFailure).outcome, "TooManyItems");
});
