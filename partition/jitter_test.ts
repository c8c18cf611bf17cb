// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { fullJitterMs } from "./jitter.ts";

Deno.test("the delay starts below 100 ms, doubles, and never exceeds 20 s", () => {
  const longest = [1, 2, 3, 8, 9, 50, 5000].map((failures) => fullJitterMs(failures, 1));
  assertEquals(longest, [100, 200, 400, 12_800, 20_000, 20_000, 20_000]);
  assertEquals(fullJitterMs(5, 0), 0);
});
