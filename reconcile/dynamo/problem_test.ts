// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { PlanError, quantityAt } from "./problem.ts";

Deno.test("a quantity is accepted as a string and as a number", () => {
  const values = ["500m", 2, "1.5"].map((text) => quantityAt("f", text, "Cannot read it"));
  assertEquals(values, [500_000_000n, 2_000_000_000n, 1_500_000_000n]);
});

Deno.test("text that is not a quantity is refused with its field, the reason and a remedy", () => {
  const error = assertThrows(() => quantityAt("a.b", "1x", "Cannot read it"), PlanError);
  assertEquals(error.field, "a.b");
  assertEquals(
    error.message,
    'Cannot read it: Cannot parse quantity "1x": unknown suffix "x"; ' +
      "write a quantity such as 2, 500m or 16Gi",
  );
});
