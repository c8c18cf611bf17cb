// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { changedFields } from "./changed_fields.ts";

Deno.test("a field that is dropped or changed is named, and an added field is not", () => {
  const sent = { spec: { kept: "a", changed: "1000m", dropped: {}, list: [{ name: "x" }] } };
  const stored = {
    spec: { kept: "a", changed: "1", added: true, list: [{ name: "x", added: 1 }] },
    status: {},
  };
  assertEquals(changedFields(sent, stored), [".spec.changed", ".spec.dropped"]);
});

Deno.test("a list whose items differ or whose length differs is a change", () => {
  assertEquals(changedFields({ a: [1, 2] }, { a: [1, 3] }), [".a[1]"]);
  assertEquals(changedFields({ a: [1] }, { a: [1, 2] }), [".a[1]"]);
  assertEquals(changedFields({ a: [1, 2] }, { a: [1] }), [".a[1]"]);
  assertEquals(changedFields({ a: [] }, { a: null }), [".a"]);
});
