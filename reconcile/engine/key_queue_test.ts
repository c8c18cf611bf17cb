// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createKeyQueue, LONGEST_LOW_WAIT_MS } from "./key_queue.ts";

Deno.test("keys of high priority come first, each priority in order of arrival", () => {
  const queue = createKeyQueue();
  queue.add("backlog", "low", 0);
  queue.add("user", "high", 1);
  queue.add("backlog 2", "low", 2);
  queue.add("user 2", "high", 3);
  assertEquals(
    [1, 2, 3, 4, 5].map(() => queue.shift(4)?.key),
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
  assertEquals(queue.shift(9), { key: "b", priority: "high", sinceMs: 1 });
  assertEquals(queue.shift(9), { key: "a", priority: "low", sinceMs: 0 });
});

Deno.test("keys with a low priority do not wait forever for keys with a high one", () => {
  const queue = createKeyQueue();
  for (const key of ["low1", "low2"]) queue.add(key, "low", 0);
  for (const key of ["a", "b", "c"]) queue.add(key, "high", 0);
  assertEquals(queue.shift(LONGEST_LOW_WAIT_MS - 1)?.key, "a");
  assertEquals(queue.shift(LONGEST_LOW_WAIT_MS), { key: "low1", priority: "high", sinceMs: 0 });
  const rest = Array.from({ length: 4 }, () => queue.shift(LONGEST_LOW_WAIT_MS)?.key);
  assertEquals(rest, ["b", "low2", "c", undefined]);
});
