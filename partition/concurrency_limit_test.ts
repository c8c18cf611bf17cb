// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects } from "@std/assert";
import { createConcurrencyLimit } from "./concurrency_limit.ts";

const { signal } = new AbortController();

Deno.test("what goes well raises the limit to the most, and never above it", async () => {
  const concurrency = createConcurrencyLimit(16);
  assertEquals(concurrency.limit, 8);
  for (let i = 0; i < 300; i++) (await concurrency.enter(signal)).release("ok");
  assertEquals(concurrency.limit, 16);
});

Deno.test("a throttle halves the limit, once for all requests that were under way then", async () => {
  const concurrency = createConcurrencyLimit(4);
  const tickets = [await concurrency.enter(signal), await concurrency.enter(signal)];
  for (const ticket of tickets) ticket.release("throttled");
  assertEquals(concurrency.limit, 2);
  (await concurrency.enter(signal)).release("throttled");
  (await concurrency.enter(signal)).release("throttled");
  assertEquals(concurrency.limit, 1);
});

Deno.test("no more requests are let in than the limit says, the next when one has ended", async () => {
  const concurrency = createConcurrencyLimit(2);
  const first = await concurrency.enter(signal);
  await concurrency.enter(signal);
  let entered = false;
  const third = concurrency.enter(signal).then(() => entered = true);
  await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
  assert(!entered);
  first.release("neither");
  await third;
  assert(entered);
});

Deno.test("who waits is let go when the run is stopped, and holds no place", async () => {
  const concurrency = createConcurrencyLimit(1);
  const first = await concurrency.enter(signal);
  const stop = new AbortController();
  const waiting = concurrency.enter(stop.signal);
  stop.abort(new Error("stopped"));
  await assertRejects(() => waiting, Error, "stopped");
  first.release("ok");
  (await concurrency.enter(signal)).release("ok");
});
