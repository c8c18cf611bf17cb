// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { percentile } from "./percentile.ts";

Deno.test("99 % of the values are at most the 99th percentile", () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  assertEquals(percentile(values, 99), 198);
  assertEquals(percentile(values.slice(0, 50), 99), 200);
  assertEquals(percentile([7], 99), 7);
  assertThrows(() => percentile([], 99), Error, "empty list");
});
