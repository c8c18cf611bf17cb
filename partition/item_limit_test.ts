// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { createItemLimit } from "./item_limit.ts";
import { DeletionFailure } from "./deletion_failure.ts";

Deno.test("a run deletes what it counted and a little more, but does not chase a busy writer", () => {
  const budget = createItemLimit(5_000, undefined);
  budget.spend(5_000);
  budget.spend(6_000);
  assertEquals(
    assertThrows(() => budget.spend(1), DeletionFailure).outcome,
    "ConcurrentWriters",
  );
});

Deno.test("the limit of items holds for those that come later too", () => {
  const budget = createItemLimit(10, 10);
  budget.spend(10);
  assertEquals(assertThrows(() => budget.spend(1), DeletionFailure).outcome, "TooManyItems");
});
