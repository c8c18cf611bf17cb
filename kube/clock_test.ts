// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { systemClock } from "./clock.ts";

Deno.test("the system clock measures elapsed time independently of the time of day", () => {
  const realNow = Date.now;
  try {
    const beforeMs = systemClock.now();
    Date.now = () => 0;
    assertEquals(systemClock.epochMs(), 0);
    const elapsedMs = systemClock.now() - beforeMs;
    assert(elapsedMs >= 0 && elapsedMs < 10_000, `${elapsedMs}`);
  } finally {
    Date.now = realNow;
  }
});
