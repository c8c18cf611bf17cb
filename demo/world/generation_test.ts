// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { hasSeenNewest } from "./generation.ts";

Deno.test("a status is of the newest generation or of an older one", () => {
  const metadata = { name: "a", generation: 2 };
  assertEquals(hasSeenNewest({ metadata, status: { observedGeneration: 2 } }), true);
  assertEquals(hasSeenNewest({ metadata, status: { observedGeneration: 1 } }), false);
});

Deno.test("without a status nothing was seen", () => {
  assertEquals(hasSeenNewest({ metadata: { name: "a", generation: 1 } }), false);
});
