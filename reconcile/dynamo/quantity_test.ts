// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseQuantity } from "../../kube/quantity.ts";
import { PlanError } from "./problem.ts";
import { checkQuantity, isPositive } from "./quantity.ts";

Deno.test("a quantity is accepted as a string and as a number", () => {
  for (const quantity of ["500m", 2, "1.5Gi", ".5", "1.", "+1e-3"]) {
    checkQuantity("f", quantity, "Cannot read it");
  }
});

Deno.test("text that is not a quantity is refused with its field, its text and a remedy", () => {
  for (const text of ["", "two", "1 Gi", "1GB", "1e1.5", "1\n"]) {
    const error = assertThrows(() => checkQuantity("a.b", text, "Cannot read it"), PlanError, text);
    assertEquals(error.field, "a.b");
    assertEquals(error.message.startsWith("Cannot read it: "), true);
    assertEquals(error.message.endsWith("write a quantity such as 2, 500m or 16Gi"), true);
  }
});

Deno.test("the checks agree with the parser, whatever the text", () => {
  const text = fc.string({ unit: fc.constantFrom(..."015.+-eEGimkun \n"), maxLength: 7 });
  fc.assert(
    fc.property(text, (text) => {
      const nano = nanoOf(text);
      if (nano === undefined) {
        assertThrows(() => checkQuantity("f", text, "Cannot read it"), PlanError);
      } else {
        checkQuantity("f", text, "Cannot read it");
        assertEquals(isPositive(text), nano > 0n);
      }
    }),
    { numRuns: 2000 },
  );
});

function nanoOf(text: string): bigint | undefined {
  try {
    return parseQuantity(text);
  } catch {
    return undefined;
  }
}
