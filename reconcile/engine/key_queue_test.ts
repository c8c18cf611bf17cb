// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createKeyLine } from "./key_queue.ts";

Deno.test("high priority goes first, each class in order of arrival", () => {
  const line = createKeyLine();
  line.add("backlog", "low", 0);
  line.add("user", "high", 1);
  line.add("backlog 2", "low", 2);
  line.add("user 2", "high", 3);
  assertEquals(
    [1, 2, 3, 4, 5].map(() => line.shift()?.key),
    ["user", "user 2", "backlog", "backlog 2", undefined],
  );
});

Deno.test("a key is in line once, and moves up but never down", () => {
  const line = createKeyLine();
  assertEquals(line.add("a", "low", 0), true);
  assertEquals(line.add("b", "low", 1), true);
  assertEquals(line.add("b", "high", 2), false);
  assertEquals(line.add("b", "low", 3), false);
  assertEquals([line.size(), line.size("high"), line.size("low")], [2, 1, 1]);
  assertEquals(line.shift(), { key: "b", sinceMs: 1 });
  assertEquals(line.shift(), { key: "a", sinceMs: 0 });
});
