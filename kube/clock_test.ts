// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { isoSeconds, microTime, systemClock } from "./clock.ts";

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

Deno.test("times have whole seconds in conditions, and microseconds in Leases and Events", () => {
  const nowMs = Date.UTC(2024, 0, 2, 3, 4, 5, 678);
  assertEquals(isoSeconds(nowMs), "2024-01-02T03:04:05Z");
  assertEquals(microTime(nowMs), "2024-01-02T03:04:05.678000Z");
});
