// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { judge, parseCacheEntry } from "./cache_entry.ts";

const entry = { size: 10, modifiedMs: 5, sha256: "ab" };

Deno.test("a program that looks as it did when it was built is intact", () => {
  assertEquals(judge(entry, { size: 10, modifiedMs: 5 }), "intact");
});

Deno.test("a program of another size, without an entry or without a file is damaged", () => {
  assertEquals(judge(entry, { size: 9, modifiedMs: 5 }), "damaged");
  assertEquals(judge(undefined, { size: 10, modifiedMs: 5 }), "damaged");
  assertEquals(judge(entry, undefined), "damaged");
});

Deno.test("a program that was touched since is suspect", () => {
  assertEquals(judge(entry, { size: 10, modifiedMs: 6 }), "suspect");
});

Deno.test("an entry is read back, a half-written or foreign one is not", () => {
  const text = JSON.stringify(entry);
  assertEquals(parseCacheEntry(text), entry);
  assertEquals(parseCacheEntry(text.slice(0, -3)), undefined);
  assertEquals(parseCacheEntry(""), undefined);
  assertEquals(parseCacheEntry("null"), undefined);
  assertEquals(parseCacheEntry(`{"size":"10"}`), undefined);
});
