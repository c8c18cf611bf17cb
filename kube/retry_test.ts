// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseRetryAfter, reconnectBackoffMs, retryAfterMs, type RetryContext } from "./retry.ts";

const first: RetryContext = { attempt: 1, idempotent: true, leftMs: 30_000, random: 0.5 };

Deno.test("the delay is the value of Retry-After, or doubles with each attempt", () => {
  assertEquals(retryAfterMs({ status: 429, retryAfterMs: 2000 }, first), 2000);
  assertEquals(retryAfterMs({ status: 503 }, first), 100);
  assertEquals(retryAfterMs({}, { ...first, attempt: 3 }), 400);
});

Deno.test("a call that may have been executed is retried only if it is idempotent", () => {
  const create = { ...first, idempotent: false };
  assertEquals(retryAfterMs({}, create), undefined);
  assertEquals(retryAfterMs({ status: 503 }, create), undefined);
  assertEquals(retryAfterMs({ status: 503, retryAfterMs: 1000 }, create), 1000);
  assertEquals(retryAfterMs({ status: 429 }, create), 100);
});

Deno.test("permanent failures are not retried", () => {
  for (const status of [400, 403, 404, 409, 410, 422, 500, 504]) {
    assertEquals(retryAfterMs({ status, retryAfterMs: 1 }, first), undefined, String(status));
  }
});

Deno.test("a delay beyond the deadline or ten seconds is refused", () => {
  assertEquals(retryAfterMs({ status: 429, retryAfterMs: 11_000 }, first), undefined);
  const late = { ...first, leftMs: 2000 };
  assertEquals(retryAfterMs({ status: 429, retryAfterMs: 2000 }, late), undefined);
  assertEquals(retryAfterMs({ status: 429 }, { ...first, attempt: 5 }), undefined);
});

Deno.test("Retry-After is parsed as seconds or as a date", () => {
  const nowMs = Date.UTC(2024, 0, 1);
  assertEquals(parseRetryAfter("3", nowMs), 3000);
  assertEquals(parseRetryAfter("Mon, 01 Jan 2024 00:00:05 GMT", nowMs), 5000);
  assertEquals(parseRetryAfter("Sun, 31 Dec 2023 00:00:00 GMT", nowMs), 0);
  assertEquals(parseRetryAfter("soon", nowMs), undefined);
  assertEquals(parseRetryAfter(null, nowMs), undefined);
});

Deno.test("the backoff grows with the failures, from 0.8 s to at most 30 s", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), random, (failures, value) => {
    const delayMs = reconnectBackoffMs(failures, value);
    assert(delayMs >= 800 && delayMs <= 30_000);
    assert(reconnectBackoffMs(failures + 1, value) >= delayMs);
  }));
});
