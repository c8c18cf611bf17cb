// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { canonicalJson, mergePatch, sameJson } from "./json.ts";

/** Applies a merge patch, as in the pseudocode of RFC 7386, section 2. */
function applyPatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === "object" && target !== null && !Array.isArray(target);
  const result = new Map(isObject ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, applyPatch(result.get(key), value));
  }
  return Object.fromEntries(result);
}

Deno.test("a patch deletes fields by null, and omits equal fields", () => {
  const from = { state: "pending", gone: 1, same: [{ a: 1 }], deep: { x: 1, y: 2 } };
  const to = { state: "successful", same: [{ a: 1 }], deep: { x: 1 }, empty: undefined };
  assertEquals(mergePatch(from, to), { state: "successful", gone: null, deep: { y: null } });
});

Deno.test("a patch replaces arrays completely, and is the new value if the old value is not an object", () => {
  assertEquals(mergePatch({ a: [1, 2] }, { a: [1] }), { a: [1] });
  assertEquals(mergePatch(undefined, { a: 1 }), { a: 1 });
  assertEquals(mergePatch({ a: 1 }, { a: 1 }), {});
});

Deno.test("applying a patch yields the new object, for any two objects without nulls", () => {
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(0, 1, "a", "b", true),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("a", "b", "c", "d"), tie("tree")),
    ),
  }));
  const object = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), tree);
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  fc.assert(fc.property(object, object, (from, to) => {
    assertEquals(plain(applyPatch(from, mergePatch(from, to))), plain(to));
  }));
});

Deno.test("values are the same if their canonical texts are", () => {
  // Every object inherits a property "constructor".
  const name = fc.constantFrom("a", "constructor");
  const { fields } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(0, "0", null, true),
      fc.array(tie("tree"), { maxLength: 2 }),
      tie("fields"),
    ),
    fields: fc.dictionary(name, fc.option(tie("tree"), { nil: undefined }), {
      noNullPrototype: true,
    }),
  }));
  fc.assert(
    fc.property(fields, fields, (a, b) => {
      assertEquals(sameJson(a, b), canonicalJson(a) === canonicalJson(b));
      assertEquals(sameJson(a, structuredClone(a)), true);
    }),
    { numRuns: 2_000 },
  );
});
