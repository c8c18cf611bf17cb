// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createShareValues } from "./shared_values.ts";

const object = (name: string) => ({
  metadata: { name, labels: { app: "chat" } },
  spec: { probe: { path: "/live", port: 9090 }, args: ["--tp", "1"], on: true, none: null },
});

Deno.test("equal parts of several values become the same objects, and the values stay equal", () => {
  const share = createShareValues();
  const [first, second] = [share(object("a")), share(object("b"))];
  assertEquals([first, second], [object("a"), object("b")]);
  assert(first.spec === second.spec);
  assert(first.metadata.labels === second.metadata.labels);
});

Deno.test("the given value is not modified", () => {
  const share = createShareValues();
  share(object("a"));
  const given = object("b");
  const { spec: { probe } } = given;
  assert(share(given).spec.probe !== probe);
  assert(given.spec.probe === probe);
});

Deno.test("values of different types and structures are not confused", () => {
  const share = createShareValues();
  const values = [
    ["1", 1, true, "true", null, "null", [], {}, [1, 2], [[1], 2], ["1,2"], ["1", "2"]],
    [{ a: { b: 1 }, c: 2 }, { a: { b: 1, c: 2 } }, { 'a":"b': "c" }, { a: 'b":"c' }, "{}", "[]"],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }],
    [{ a: [1], b: [] }, { a: [], b: [1] }, [[], [1]], { 0: [], 1: [1] }],
  ];
  assertEquals(share(values), values);
  assertEquals(share(values), values);
  assertEquals(JSON.stringify(share(values)), JSON.stringify(values));
});

Deno.test("equal values become the same object, and stay equal", () => {
  const share = createShareValues({ maxLength: Infinity });
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const copy = structuredClone(value);
    const shared = share(value);
    assertEquals(shared, copy);
    assertEquals(value, copy);
    assertEquals(JSON.stringify(shared), JSON.stringify(copy));
    if (!hasNegativeZero(value)) assert(share(copy) === shared);
  }));
});

Deno.test("an empty object and an empty list are both remembered", () => {
  const share = createShareValues();
  const value = () => ({ a: {}, b: [], c: { d: {} }, e: [[]] });
  assert(share(value()) === share(value()));
});

Deno.test("names of Object.prototype, -0 and undefined members are not confused", () => {
  const share = createShareValues();
  const values: unknown[] = [
    { constructor: "x", toString: { hasOwnProperty: 1 } },
    JSON.parse('{"__proto__":{"a":1},"b":{}}'),
    [{ a: 0 }, { a: -0 }, { a: undefined }, {}, { a: null }],
    [{ a: undefined, b: 1 }, { b: 1, c: 1 }],
  ];
  for (const value of values) {
    for (const former of [undefined, {}, ...values]) {
      assertEquals(JSON.stringify(share(value, former)), JSON.stringify(value));
      assertEquals(share(value, former), value);
    }
  }
});

Deno.test("parts that equal those of the former version are the same objects", () => {
  const share = createShareValues({ minParts: 1 });
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
    const former = share({ kept: value, changed: { kept: value, other } });
    const next = { kept: value, changed: { kept: value, other: [other] } };
    const shared = share(structuredClone(next), former as typeof next);
    assertEquals(JSON.stringify(shared), JSON.stringify(next));
    assert(shared.kept === former.kept || hasNegativeZero(value));
    assert(shared.changed.kept === former.changed.kept || hasNegativeZero(value));
    assert(share(structuredClone(next), shared) === shared);
  }));
});

Deno.test("parts that are too large, or that did not occur recently, are not shared", () => {
  const share = createShareValues({ maxLength: 20, minParts: 2 });
  for (const part of [{ text: "longer than the limit" }, { "longer than the limit": 1 }]) {
    assert(share(part) !== share({ ...part }));
    assert(share([part]) !== share([part]));
  }
  assert(share([1, 2, 3]) === share([1, 2, 3]));
  assert(share([1, 2, 3, 4, 5]) !== share([1, 2, 3, 4, 5]));
  const part = share(["x"]);
  assert(share(["x"]) === part);
  for (let number = 0; number < 10; number++) share(`text ${number}`);
  assert(share(["x"]) !== part);
});

function hasNegativeZero(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return Object.is(value, -0);
  return Object.values(value).some(hasNegativeZero);
}
