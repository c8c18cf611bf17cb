// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createKeyQueue } from "./key_queue.ts";

Deno.test("keys of high priority come first, each priority in order of arrival", () => {
  const queue = createKeyQueue();
  queue.add("backlog", "low", 0);
  queue.add("user", "high", 1);
  queue.add("backlog 2", "low", 2);
  queue.add("user 2", "high", 3);
  assertEquals(
    [1, 2, 3, 4, 5].map(() => queue.shift()?.key),
    ["user", "user 2", "backlog", "backlog 2", undefined],
  );
});

Deno.test("a key is queued once, and its priority only rises", () => {
  const queue = createKeyQueue();
  assertEquals(queue.add("a", "low", 0), true);
  assertEquals(queue.add("b", "low", 1), true);
  assertEquals(queue.add("b", "high", 2), false);
  assertEquals(queue.add("b", "low", 3), false);
  assertEquals([queue.size(), queue.size("high"), queue.size("low")], [2, 1, 1]);
  assertEquals(queue.shift(), { key: "b", sinceMs: 1 });
  assertEquals(queue.shift(), { key: "a", sinceMs: 0 });
});
