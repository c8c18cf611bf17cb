// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createFakeClock, settle } from "./testing/fake_clock.ts";
import { createTurnLimit, LONGEST_TURN_MS } from "./turn_limit.ts";

Deno.test("all workers wait for one timer when a turn has lasted too long", async () => {
  let nowMs = 0;
  const clock = { ...createFakeClock(), now: () => nowMs };
  const limit = createTurnLimit(clock);
  let passed = 0;
  const pause = async () => {
    await limit.pause();
    passed++;
  };
  pause();
  await settle();
  assertEquals(passed, 1);
  nowMs = LONGEST_TURN_MS;
  for (let worker = 0; worker < 3; worker++) pause();
  await settle();
  assertEquals([passed, clock.pending()], [1, 1]);
  await clock.advance(0);
  assertEquals(passed, 4);
  pause();
  await settle();
  assertEquals([passed, clock.pending()], [5, 0], "the new turn did not start");
});
