// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { createFakeClock } from "./testing/fake_clock.ts";
import { within } from "./within.ts";

Deno.test("the result says whether the work ended in time", async () => {
  const clock = createFakeClock();
  assertEquals(await within(clock, 10, Promise.resolve()), true);
  const late = within(clock, 10, new Promise(() => {}));
  await clock.advance(10);
  assertEquals(await late, false);
  assertEquals(clock.pending(), 0);
});

Deno.test("an error of the work is thrown", async () => {
  const failing = Promise.reject(new Error("no"));
  await assertRejects(() => within(createFakeClock(), 10, failing), Error, "no");
});
