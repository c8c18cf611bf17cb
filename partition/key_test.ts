// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { distinctKeys, type Key } from "./key.ts";

Deno.test("duplicate keys are removed, similar keys are kept", () => {
  const keys: Key[] = [
    { pk: { S: "a" }, sk: { S: "1" } },
    { pk: { S: "a" }, sk: { N: "1" } },
    { sk: { S: "1" }, pk: { S: "a" } },
    { pk: { S: 'a","sk' }, sk: { S: "1" } },
    { pk: { B: new Uint8Array([1, 23]) } },
    { pk: { B: new Uint8Array([12, 3]) } },
    { pk: { B: new Uint8Array([1, 23]) } },
  ];
  assertEquals(distinctKeys(keys), [keys[0], keys[1], keys[3], keys[4], keys[5]] as Key[]);
});
