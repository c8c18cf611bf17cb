// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseQuantity } from "./quantity.ts";

Deno.test("different notations of a quantity are equal", () => {
  const same: [string | number, string | number][] = [
    ["1000m", "1"],
    ["1", 1],
    ["0.5", "500m"],
    [0.5, "500m"],
    [".5", "0.50"],
    ["5.", "5"],
    ["+1", "1"],
    ["-1500m", "-1.5"],
    ["1Gi", 1073741824],
    ["1.5Gi", "1536Mi"],
    ["1k", "1000"],
    ["1Ki", "1024"],
    ["1e3", "1k"],
    ["1E3", "1000"],
    ["1E", "1000P"],
    ["1e-3", "1m"],
    ["100u", "0.1m"],
    ["1n", "0.000000001"],
    ["0", "0Gi"],
    ["-0", "0"],
    [1e21, "1000E"],
  ];
  for (const [a, b] of same) assertEquals(parseQuantity(a), parseQuantity(b), `${a} and ${b}`);
});

Deno.test("fractions below a billionth are rounded away from zero, as in the API server", () => {
  assertEquals(parseQuantity("0.1n"), 1n);
  assertEquals(parseQuantity("-0.1n"), -1n);
  assertEquals(parseQuantity("1.0000000001"), 1_000_000_001n);
  assertEquals(parseQuantity("1e-100"), 1n);
});

Deno.test("a binary quantity is at most 2^63-1", () => {
  assertEquals(parseQuantity("8Ei"), parseQuantity("9223372036854775807"));
  assertEquals(parseQuantity("100Ei"), parseQuantity("8Ei"));
  assertNotEquals(parseQuantity("100E"), parseQuantity("10E"));
});

Deno.test("an invalid quantity is refused with the reason", () => {
  const refused: [string | number, string][] = [
    ["", 'Cannot parse quantity "": no digits'],
    ["Gi", "no digits"],
    ["-", "no digits"],
    [".", "no digits"],
    ["1x", 'unknown suffix "x"'],
    ["1 Gi", 'unknown suffix " Gi"'],
    ["1ki", 'unknown suffix "ki"'],
    ["1K", 'unknown suffix "K"'],
    ["1.2.3", 'unknown suffix ".3"'],
    ["1e", 'unknown suffix "e"'],
    ["1e9999", 'unknown suffix "e9999"'],
    ["--1", "no digits"],
    [NaN, "no digits"],
  ];
  for (const [text, reason] of refused) {
    assertThrows(() => parseQuantity(text), Error, reason, String(text));
  }
});

Deno.test("integers are exact and keep their order", () => {
  const integer = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
  fc.assert(fc.property(integer, integer, (a, b) => {
    assertEquals(parseQuantity(String(a)), a * 1_000_000_000n);
    assertEquals(parseQuantity(String(a)) < parseQuantity(String(b)), a < b);
  }));
});

Deno.test("a suffix multiplies without loss", () => {
  const powers: [string, bigint][] = [
    ["", 1n],
    ["k", 10n ** 3n],
    ["M", 10n ** 6n],
    ["G", 10n ** 9n],
    ["T", 10n ** 12n],
    ["P", 10n ** 15n],
    ["E", 10n ** 18n],
    ["Ki", 2n ** 10n],
    ["Mi", 2n ** 20n],
    ["Gi", 2n ** 30n],
    ["Ti", 2n ** 40n],
  ];
  const number = fc.bigInt({ min: 0n, max: 2n ** 22n });
  fc.assert(fc.property(number, fc.constantFrom(...powers), (value, [suffix, power]) => {
    assertEquals(parseQuantity(`${value}${suffix}`), parseQuantity(String(value * power)));
  }));
});

Deno.test("a decimal equals its notation with an exponent", () => {
  const digits = fc.nat({ max: 10 ** 9 });
  fc.assert(fc.property(digits, fc.integer({ min: 0, max: 9 }), (value, places) => {
    const text = String(value).padStart(places + 1, "0");
    const decimal = `${text.slice(0, text.length - places)}.${text.slice(text.length - places)}`;
    assertEquals(parseQuantity(decimal), parseQuantity(`${value}e-${places}`));
  }));
});

Deno.test("every invalid text causes the same kind of error", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    try {
      parseQuantity(text);
    } catch (error) {
      assert(error instanceof Error && error.message.startsWith("Cannot parse quantity"), text);
    }
  }));
});
