// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createDroppedFields } from "./dropped_fields.ts";

Deno.test("dropped fields are known for exactly this object and plan", () => {
  const memory = createDroppedFields();
  memory.remember("uid", "hash", ["a"]);
  assertEquals(memory.get("uid", "hash"), new Set(["a"]));
  assertEquals(memory.get("uid", "other"), undefined);
  assertEquals(memory.get("other", "hash"), undefined);
});

Deno.test("only a new path is reported as new", () => {
  const memory = createDroppedFields();
  assertEquals(memory.remember("uid", "hash", []), false);
  assertEquals(memory.remember("uid", "hash", ["a"]), true);
  assertEquals(memory.remember("uid", "hash", ["a"]), false);
  assertEquals(memory.remember("uid", "hash", ["a", "b"]), true);
  assertEquals(memory.remember("uid", "hash 2", ["a"]), true);
});

Deno.test("an apply that is stored completely clears the memory of this object", () => {
  const memory = createDroppedFields();
  for (const uid of ["one", "two"]) memory.remember(uid, "hash", ["a"]);
  memory.remember("two", "hash", []);
  assertEquals(["one", "two"].map((uid) => memory.get(uid, "hash")?.size), [1, undefined]);
});
