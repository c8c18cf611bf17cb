// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { startStopwatch } from "./clocks.ts";
import { fakeClocks } from "./testing/fake_clocks.ts";

Deno.test("a clock that is set back hides no time", async () => {
  const clocks = fakeClocks();
  const passed = startStopwatch(clocks);
  await clocks.advance(3_000);
  clocks.setWall(-3_600_000);
  assertEquals(passed(), 3_000);
});

Deno.test("a clock that stood still while the other went on hides no time", async () => {
  const clocks = fakeClocks();
  const passed = startStopwatch(clocks);
  await clocks.advance(1_000);
  clocks.setWall(60_000);
  assertEquals(passed(), 61_000);
});
