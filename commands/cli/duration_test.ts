// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { parseDurationMs } from "./duration.ts";
import { UsageError } from "./usage_error.ts";

Deno.test("durations have the format of Go flags", () => {
  assertEquals(parseDurationMs("10h"), 36_000_000);
  assertEquals(parseDurationMs("1h30m"), 5_400_000);
  assertEquals(parseDurationMs("1.5s"), 1500);
  assertEquals(parseDurationMs("250ms"), 250);
  assertEquals(parseDurationMs("0"), 0);
});

Deno.test("the error for an invalid duration contains an example", () => {
  for (const text of ["", "5", "-3s", "1d", "s", "10 s"]) {
    assertThrows(() => parseDurationMs(text), UsageError, "such as");
  }
});
