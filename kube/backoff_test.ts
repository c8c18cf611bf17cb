// @ts-types="../types/std/assert.d.ts"
import { assert } from "@std/assert";
import fc from "fast-check";
import { reconnectBackoffMs } from "./backoff.ts";

Deno.test("the backoff grows with the failures, from 0.8 s to at most 30 s", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), random, (failures, value) => {
    const delayMs = reconnectBackoffMs(failures, value);
    assert(delayMs >= 800 && delayMs <= 30_000);
    assert(reconnectBackoffMs(failures + 1, value) >= delayMs);
  }));
});
