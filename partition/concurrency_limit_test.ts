// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects } from "@std/assert";
import { createConcurrencyLimit } from "./concurrency_limit.ts";

const { signal } = new AbortController();

Deno.test("successful requests raise the limit up to the maximum", async () => {
  const concurrency = createConcurrencyLimit(16);
  assertEquals(concurrency.limit, 8);
  for (let i = 0; i < 300; i++) (await concurrency.enter(signal)).release("succeeded");
  assertEquals(concurrency.limit, 16);
});

Deno.test("throttled requests that were in flight together halve the limit only once", async () => {
  const concurrency = createConcurrencyLimit(4);
  const tickets = [await concurrency.enter(signal), await concurrency.enter(signal)];
  for (const ticket of tickets) ticket.release("throttled");
  assertEquals(concurrency.limit, 2);
  (await concurrency.enter(signal)).release("throttled");
  (await concurrency.enter(signal)).release("throttled");
  assertEquals(concurrency.limit, 1);
});

Deno.test("a request above the limit waits until another request finishes", async () => {
  const concurrency = createConcurrencyLimit(2);
  const first = await concurrency.enter(signal);
  await concurrency.enter(signal);
  let entered = false;
  const third = concurrency.enter(signal).then(() => entered = true);
  await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
  assert(!entered);
  first.release("failed");
  await third;
  assert(entered);
});

Deno.test("an aborted signal rejects a waiting caller, and the next caller may send its request", async () => {
  const concurrency = createConcurrencyLimit(1);
  const first = await concurrency.enter(signal);
  const stop = new AbortController();
  const waiting = concurrency.enter(stop.signal);
  stop.abort(new Error("stopped"));
  await assertRejects(() => waiting, Error, "stopped");
  first.release("succeeded");
  (await concurrency.enter(signal)).release("succeeded");
});
