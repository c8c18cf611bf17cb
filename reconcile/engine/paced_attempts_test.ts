// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createPacedAttempts } from "./paced_attempts.ts";
import { createFakeClock } from "./testing/fake_clock.ts";

Deno.test("the interval between attempts doubles from 5 s to 5 min, until the key is forgotten", () => {
  const attempts = createPacedAttempts<string>(createFakeClock());
  const waits = Array.from({ length: 8 }, () => attempts.repeat("a", "") / 1_000);
  assertEquals(waits, [5, 10, 20, 40, 80, 160, 300, 300]);
  attempts.forget("a");
  assertEquals([attempts.last("a"), attempts.repeat("a", "")], [undefined, 5_000]);
});

Deno.test("an attempt keeps its result, and may be repeated after its interval", async () => {
  const clock = createFakeClock();
  const attempts = createPacedAttempts<string>(clock);
  attempts.repeat("a", "denied");
  await clock.advance(2_000);
  assertEquals(attempts.last("a"), { result: "denied", waitMs: 3_000 });
  await clock.advance(4_000);
  assertEquals(attempts.last("a"), { result: "denied", waitMs: 0 });
});
