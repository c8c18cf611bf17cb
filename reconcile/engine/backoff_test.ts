// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { backoffMs, DEFAULT_BACKOFF } from "./backoff.ts";

Deno.test("every backoff is within its documented bounds", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(fc.nat(2000), random, (failures, random) => {
    const { firstMs, longestMs } = DEFAULT_BACKOFF;
    const fullMs = Math.min(longestMs, firstMs * 2 ** failures);
    const delayMs = backoffMs(failures, random);
    assert(delayMs >= fullMs / 2 && delayMs <= fullMs, `${delayMs} after ${failures} failures`);
  }));
});

Deno.test("the backoff doubles up to the maximum", () => {
  const bounds = { firstMs: 10, longestMs: 100 };
  assertEquals([0, 1, 2, 3, 4, 99].map((n) => backoffMs(n, 0, bounds)), [5, 10, 20, 40, 50, 50]);
});
