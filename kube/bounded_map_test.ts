// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createBoundedMap } from "./bounded_map.ts";

Deno.test("a bounded map drops the entry that was set first", () => {
  const map = createBoundedMap<number>(2);
  for (const [key, value] of [["a", 1], ["b", 2], ["a", 3], ["c", 4]] as const) map.set(key, value);
  assertEquals(["a", "b", "c"].map(map.get), [3, undefined, 4]);
});

Deno.test("a deleted entry frees its place", () => {
  const map = createBoundedMap<number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.delete("b");
  map.set("c", 3);
  assertEquals(["a", "b", "c"].map(map.get), [1, undefined, 3]);
});
