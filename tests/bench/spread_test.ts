// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { spread } from "./spread.ts";

Deno.test("the spread of several values has their median and both extremes", () => {
  assertEquals(spread([5, 1, 3]), { median: 3, min: 1, max: 5, count: 3 });
  assertEquals(spread([]), undefined);
});
