// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { compareResourceVersions, nameOfKey, objectKey } from "./object.ts";

Deno.test("resourceVersions are compared as integers, and an absent one is the oldest", () => {
  const cases: [string | undefined, string | undefined, number][] = [
    ["9", "10", -1],
    ["10", "9", 1],
    ["7", "7", 0],
    ["18446744073709551616", "18446744073709551615", 1],
    [undefined, "1", -1],
    ["1", "", 1],
    [undefined, undefined, 0],
    ["007", "8", -1],
    ["10", "010", 0],
    ["0", "", 0],
  ];
  for (const [a, b, expected] of cases) assertEquals(compareResourceVersions(a, b), expected);
});

Deno.test("a resourceVersion that is not an integer is refused", () => {
  assertThrows(() => compareResourceVersions("abc", "1"), Error, 'resourceVersion "abc"');
});

Deno.test("a key contains the namespace and the name of an object", () => {
  for (const name of [{ namespace: "a", name: "one" }, { name: "node" }]) {
    assertEquals(nameOfKey(objectKey(name)), name);
  }
});
