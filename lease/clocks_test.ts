// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { startStopwatch } from "./clocks.ts";
import { fakeClocks } from "./testing/fake_clocks.ts";

Deno.test("a stopwatch does not get shorter when a clock is set back", async () => {
  const clocks = fakeClocks();
  const elapsedMs = startStopwatch(clocks);
  await clocks.advance(3_000);
  clocks.setWall(-3_600_000);
  assertEquals(elapsedMs(), 3_000);
});

Deno.test("a stopwatch does not get shorter when one clock stands still", async () => {
  const clocks = fakeClocks();
  const elapsedMs = startStopwatch(clocks);
  await clocks.advance(1_000);
  clocks.setWall(60_000);
  assertEquals(elapsedMs(), 61_000);
});
