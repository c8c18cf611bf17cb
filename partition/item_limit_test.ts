// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { DeletionFailure } from "./deletion_failure.ts";
import { createItemLimit } from "./item_limit.ts";

Deno.test("a run deletes the counted items and some new ones, but stops when a client keeps writing", () => {
  const budget = createItemLimit(5_000, undefined);
  budget.add(5_000);
  budget.add(6_000);
  assertEquals(
    assertThrows(() => budget.add(1), DeletionFailure).outcome,
    "ConcurrentWriters",
  );
});

Deno.test("the limit includes items that are written after the count", () => {
  const budget = createItemLimit(10, 10);
  budget.add(10);
  assertEquals(assertThrows(() => budget.add(1), DeletionFailure).outcome, "TooManyItems");
});
