// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { isQuantity } from "./is_quantity.ts";

Deno.test("amounts as Kubernetes writes them are quantities", () => {
  for (const text of ["1", "0", "500m", "16Gi", "1.5", ".5", "1.", "1e3", "1E-3", "+2k", "-1"]) {
    assertEquals(isQuantity(text), true, text);
  }
});

Deno.test("anything else is none", () => {
  for (const text of ["", "two", "1 Gi", "1GB", "1e", "1e1.5", "Gi", "1.2.3", "0x1", "1\n"]) {
    assertEquals(isQuantity(text), false, text);
  }
});
