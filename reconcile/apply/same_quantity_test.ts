// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { sameQuantity } from "./same_quantity.ts";

Deno.test("quantities are compared by value, in any notation", () => {
  for (
    const [a, b] of [["1000m", "1"], ["1", 1], ["1024Mi", "1Gi"], ["0.5", "500m"], ["1e3", "1k"]]
  ) {
    assertEquals(sameQuantity(a, b, "exact"), true, `${a} and ${b}`);
  }
  assertEquals(sameQuantity("1G", "1Gi", "exact"), false);
  assertEquals(sameQuantity("1", undefined, "exact"), false);
});

Deno.test("limits and requests are rounded up to thousandths, as the API server stores them", () => {
  assertEquals(sameQuantity("100u", "1m", "milli"), true);
  assertEquals(sameQuantity("-100u", "-1m", "milli"), true);
  assertEquals(sameQuantity("100u", "1m", "exact"), false);
});

Deno.test("a value that is not a quantity differs from everything, itself included", () => {
  assertEquals(sameQuantity("many", "many", "exact"), false);
  assertEquals(sameQuantity({}, {}, "exact"), false);
});
