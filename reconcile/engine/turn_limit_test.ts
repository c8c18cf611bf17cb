// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Priority } from "./key_queue.ts";
import { createFakeClock, settle } from "./testing/fake_clock.ts";
import {
  createTurnLimit,
  LONGEST_TURN_MS,
  LONGEST_URGENT_MS,
  LONGEST_YIELD_MS,
} from "./turn_limit.ts";

/** Creates a limit whose workers pause before keys of the given priority. */
function limitedWorkers() {
  const state = { nowMs: 0, passed: 0 };
  const clock = { ...createFakeClock(), now: () => state.nowMs };
  const limit = createTurnLimit(clock);
  const pause = async (nextPriority: () => Priority | undefined) => {
    await limit.pauses(nextPriority)();
    state.passed++;
  };
  return { state, clock, limit, pause };
}

Deno.test("all workers wait for one timer when a turn has lasted too long", async () => {
  const { state, clock, pause } = limitedWorkers();
  pause(() => "high");
  await settle();
  assertEquals(state.passed, 1);
  state.nowMs = LONGEST_TURN_MS.high;
  for (let worker = 0; worker < 3; worker++) pause(() => "high");
  await settle();
  assertEquals([state.passed, clock.pending()], [1, 1]);
  await clock.advance(1);
  assertEquals(state.passed, 4);
  pause(() => "high");
  await settle();
  assertEquals([state.passed, clock.pending()], [5, 0], "the new turn did not start");
});

Deno.test("a worker does not wait if no key is queued", async () => {
  const { state, clock, pause } = limitedWorkers();
  state.nowMs = LONGEST_TURN_MS.high;
  pause(() => undefined);
  await settle();
  assertEquals([state.passed, clock.pending()], [1, 0]);
});

Deno.test("keys with a low priority wait until keys with a high priority are reconciled", async () => {
  const { state, clock, limit, pause } = limitedWorkers();
  const urgent = Promise.withResolvers<void>();
  const running = limit.run("high", () => urgent.promise);
  let next: Priority = "low";
  const pauseOfController = limit.pauses(() => next);
  let passed = 0;
  const worker = () => pauseOfController().then(() => passed++);
  for (let count = 0; count < 2; count++) worker();
  pause(() => "high");
  await settle();
  assertEquals(state.passed, 1, "a key with a high priority waited");
  await clock.advance(1);
  assertEquals(passed, 0);
  next = "high";
  await clock.advance(1);
  assertEquals(passed, 2, "the workers did not see the new keys with a high priority");
  next = "low";
  for (let count = 0; count < 3; count++) worker();
  urgent.resolve();
  await running;
  for (const most of [3, 4, 5]) {
    await clock.advance(1);
    assertEquals(passed, most, "more than one waiting worker took a key in one turn");
  }
});

Deno.test("a long reconciliation does not block keys with a low priority", async () => {
  const { state, clock, limit, pause } = limitedWorkers();
  const urgent = Promise.withResolvers<void>();
  const running = limit.run("high", () => urgent.promise);
  pause(() => "low");
  await clock.advance(1);
  assertEquals(state.passed, 0);
  state.nowMs = LONGEST_YIELD_MS;
  await clock.advance(1);
  await clock.advance(1);
  assertEquals(state.passed, 1);
  urgent.resolve();
  await running;
});

Deno.test("the workers wait at the same time, and not for a reconciliation that hangs", async () => {
  const { state, clock, limit } = limitedWorkers();
  const urgent = Promise.withResolvers<void>();
  const running = limit.run("high", () => urgent.promise);
  const pause = limit.pauses(() => "low");
  let passed = 0;
  for (let worker = 0; worker < 3; worker++) pause().then(() => passed++);
  state.nowMs = LONGEST_YIELD_MS;
  for (let turn = 0; turn < 5; turn++) await clock.advance(1);
  assertEquals(passed, 3, "each worker waited for the full time");
  state.nowMs = LONGEST_URGENT_MS;
  pause().then(() => passed++);
  for (let turn = 0; turn < 3; turn++) await clock.advance(1);
  assertEquals(passed, 4);
  urgent.resolve();
  await running;
});

Deno.test("a failed reconciliation and one with a low priority block no keys", async () => {
  const { state, limit, pause } = limitedWorkers();
  await limit.run("high", () => Promise.reject(new Error("refused"))).catch(() => {});
  const slow = Promise.withResolvers<void>();
  const running = limit.run("low", () => slow.promise);
  pause(() => "low");
  await settle();
  assertEquals(state.passed, 1);
  slow.resolve();
  await running;
});
