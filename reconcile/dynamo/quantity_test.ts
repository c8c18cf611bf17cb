// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { PlanError } from "./plan_error.ts";
import { quantityAt } from "./quantity.ts";

Deno.test("an amount is read in billionths", () => {
  assertEquals(quantityAt("f", "500m", "read"), 500_000_000n);
  assertEquals(quantityAt("f", 2, "read"), 2_000_000_000n);
});

Deno.test("what is no amount is refused with its field, its text and a remedy", () => {
  for (const text of ["", "two", "1 Gi", "1GB", "1e1.5", "1\n"]) {
    const error = assertThrows(() => quantityAt("a.b", text, "cannot read it"), PlanError, text);
    assertEquals(error.field, "a.b");
    assertEquals(error.message.startsWith("cannot read it: "), true);
    assertEquals(error.message.endsWith("write an amount such as 2, 500m or 16Gi"), true);
  }
});
