// @ts-types="../types/std/assert.d.ts"
import { assert } from "@std/assert";
import fc from "fast-check";
import { reconnectBackoffMs } from "./backoff.ts";

Deno.test("pauses grow from 0.8 to 30 seconds and never leave these bounds", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), random, (failures, value) => {
    const pauseMs = reconnectBackoffMs(failures, value);
    assert(pauseMs >= 800 && pauseMs <= 30_000);
    assert(reconnectBackoffMs(failures + 1, value) >= pauseMs);
  }));
});
