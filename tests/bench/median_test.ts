// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { median } from "./median.ts";

Deno.test("the median is the middle value, or the mean of the two middle values", () => {
  assertEquals(median([3]), 3);
  assertEquals(median([5, 1, 3]), 3);
  assertEquals(median([4, 1, 2, 100]), 3);
  assertThrows(() => median([]), Error, "empty list");
});
