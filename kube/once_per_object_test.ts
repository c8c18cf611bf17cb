// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { oncePerObject } from "./once_per_object.ts";

function counted() {
  const calls: unknown[][] = [];
  const sum = oncePerObject((object: { start: number }, ...others: readonly number[][]) => {
    calls.push([object.start, ...others]);
    return others.flat().reduce((total, value) => total + value, object.start);
  });
  return { sum, calls };
}

Deno.test("a result is computed once for an object and equal further arguments", () => {
  const { sum, calls } = counted();
  const object = { start: 1 };
  assertEquals([sum(object, [2], [3]), sum(object, [2], [3])], [6, 6]);
  assertEquals(calls, [[1, [2], [3]]]);
});

Deno.test("another argument, another number of arguments or another object is computed", () => {
  const { sum, calls } = counted();
  const object = { start: 1 };
  assertEquals([sum(object, [2]), sum(object, [3]), sum(object, [3], [4]), sum(object)], [
    3,
    4,
    8,
    1,
  ]);
  assertEquals(sum({ start: 1 }), 1);
  assertEquals(calls.length, 5);
});

Deno.test("only the last result of an object is remembered", () => {
  const { sum, calls } = counted();
  const object = { start: 1 };
  for (const value of [2, 3, 2]) sum(object, [value]);
  assertEquals(calls.length, 3);
});

Deno.test("the result undefined is remembered, an error is not", () => {
  let calls = 0;
  const check = oncePerObject(({ valid }: { valid: boolean }) => {
    calls++;
    if (!valid) throw new TypeError("invalid");
  });
  const [valid, invalid] = [{ valid: true }, { valid: false }];
  for (let attempt = 0; attempt < 2; attempt++) {
    check(valid);
    assertThrows(() => check(invalid), TypeError, "invalid");
  }
  assertEquals(calls, 3);
});
