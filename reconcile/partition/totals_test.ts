// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { attempt } from "./testing/objects.ts";
import { condensed, deletedByEach, isSummedUp, itemsLeft, totals } from "./totals.ts";

Deno.test("the count of the next attempt shows the deletions of a killed one, within its confirmed and its sent items", () => {
  assertEquals(deletedByEach([attempt("a", 100, 40, 25), attempt("b", 45, 45)]), [55, 45]);
  // Another client wrote ten items between the attempts.
  assertEquals(deletedByEach([attempt("a", 100, 40, 25), attempt("b", 70, 70)]), [40, 70]);
  // Another client deleted ten items between the attempts.
  assertEquals(deletedByEach([attempt("a", 100, 40, 25), attempt("b", 25, 25)]), [65, 25]);
});

Deno.test("an attempt without a final report may have deleted more than its progress says", () => {
  const seen = attempt("a", 100, 40, 25, { reported: false });
  assertEquals(deletedByEach([seen, attempt("b", 10, 10)]), [90, 10]);
});

Deno.test("an attempt that ended before it counted the items deleted nothing", () => {
  const attempts = [attempt("a", 100, 40, 25), attempt("b", undefined, 0), attempt("c", 50, 50)];
  assertEquals(deletedByEach(attempts), [50, 0, 50]);
});

Deno.test("the last attempt counts with its own report", () => {
  assertEquals(deletedByEach([attempt("a", 100, 40, 25)]), [40]);
  assertEquals(totals(undefined, [attempt("a", 100, 40, 25)], undefined).itemsDeleted, 40);
});

Deno.test("the sums contain the first count, and the requests of every attempt", () => {
  const attempts = [
    attempt("a", 100, 60, 0, { consumedReadUnits: 0.1, throttledRequests: 2 }),
    attempt("b", 40, 40, 0, { consumedReadUnits: 0.2, throttledRequests: 3 }),
  ];
  const sum = totals(undefined, attempts, undefined);
  assertEquals([sum.itemsFound, sum.itemsDeleted, sum.throttledRequests], [100, 100, 5]);
  assertEquals(sum.consumedReadUnits, 0.3);
  assertEquals(totals(undefined, attempts.slice(1), 100).itemsFound, 100);
});

/**
 * Generates the number of items in a partition, and attempts to delete these items. If `counted` is false, an attempt
 * ends before it counts the items. Otherwise, it deletes the share `confirmed` of the items. When it is killed, up to
 * `inFlight` more items are in flight.
 */
const runs = fc.record({
  items: fc.integer({ min: 0, max: 500 }),
  cuts: fc.array(
    fc.record({
      counted: fc.boolean(),
      confirmed: fc.double({ min: 0, max: 1, noNaN: true }),
      inFlight: fc.integer({ min: 0, max: 200 }),
      done: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 30 },
  ),
});

Deno.test("wherever attempts are killed, their sum counts every item once", () => {
  fc.assert(fc.property(runs, ({ items, cuts }) => {
    let left = items;
    const attempts = cuts.map(({ counted, confirmed, inFlight, done }, index) => {
      if (!counted) return attempt(`p${index}`, undefined, 0);
      const found = left;
      const certain = Math.floor(found * confirmed);
      const sent = Math.min(inFlight, found - certain);
      left -= certain + Math.floor(sent * done);
      return attempt(`p${index}`, found, certain, sent);
    });
    attempts.push(attempt("last", left, left));
    assertEquals(totals(undefined, attempts, undefined).itemsDeleted, items);
  }));
});

Deno.test("summing up many attempts changes no total", () => {
  fc.assert(fc.property(runs, fc.integer({ min: 0, max: 30 }), ({ items, cuts }, existing) => {
    let left = items;
    const attempts = cuts.map(({ counted, confirmed }, index) => {
      const found = left;
      const certain = counted ? Math.floor(found * confirmed) : 0;
      left -= certain;
      return attempt(`p${index}`, counted ? found : undefined, certain);
    });
    attempts.push(attempt("last", left, left));
    const short = condensed(
      undefined,
      attempts,
      (pod) => pod === `p${existing}` ? "2026" : undefined,
    );
    assertEquals(short.attempts.length <= 12, true);
    assertEquals(
      totals(short.earlierAttempts, short.attempts, undefined).itemsDeleted,
      totals(undefined, attempts, undefined).itemsDeleted,
    );
    const again = condensed(short.earlierAttempts, short.attempts, () => undefined);
    assertEquals((again.earlierAttempts?.attempts ?? 0) + again.attempts.length, attempts.length);
  }));
});

Deno.test("attempts of existing pods stay listed", () => {
  const attempts = Array.from({ length: 25 }, (_, i) => attempt(`p${i}`, 100 - i, 1));
  assertEquals(condensed(undefined, attempts, () => "2026").attempts, attempts);
});

Deno.test("if more pods exist than the status can list, the oldest are summed up once", () => {
  const created = (index: number) => `2026-01-01T00:${String(index).padStart(2, "0")}:00Z`;
  const attempts = Array.from({ length: 59 }, (_, i) => attempt(`p${i}`, 100 - i, 1));
  const more = [...attempts, ...["x", "y", "z"].map((name) => attempt(name, 30, 0))];
  const createdAt = (name: string) => created(more.findIndex(({ pod }) => pod === name));
  const first = condensed(undefined, more, createdAt);
  assertEquals([first.attempts.length, first.earlierAttempts?.attempts], [60, 2]);
  assertEquals(first.earlierAttempts?.podsUntil, created(1));
  assertEquals([1, 2].map((index) => isSummedUp(first.earlierAttempts, created(index))), [
    true,
    false,
  ]);
  assertEquals(condensed(first.earlierAttempts, first.attempts, createdAt), first);
  const { podsUntil: _, ...shown } = {
    podsUntil: "",
    ...totals(first.earlierAttempts, first.attempts, 100),
  };
  assertEquals(shown, totals(undefined, more, 100));
});

Deno.test("all pods together delete at most maxItems, even if unconfirmed deletions succeeded", () => {
  assertEquals(itemsLeft(100, undefined, []), 100);
  assertEquals(itemsLeft(100, undefined, [attempt("a", 90, 40, 5)]), 55);
  const earlier = {
    ...{ attempts: 1, itemsDeleted: 30, unprocessedRetries: 0, throttledRequests: 0 },
    ...{ consumedReadUnits: 0, consumedWriteUnits: 0 },
  };
  assertEquals(itemsLeft(100, earlier, [attempt("a", 90, 40, 5)]), 25);
  assertEquals(itemsLeft(100, earlier, [attempt("a", 90, 80)]), 0);
});

Deno.test("an attempt without a final report may have deleted everything that it was permitted to delete", () => {
  const lost = { reported: false, itemsPermitted: 80 };
  assertEquals(itemsLeft(100, undefined, [attempt("a", 60, 10, 5, lost)]), 20);
  assertEquals(itemsLeft(100, undefined, [attempt("a", undefined, 0, 0, lost)]), 20);
  const unknown = attempt("a", 60, 10, 5, { reported: false });
  assertEquals(itemsLeft(100, undefined, [unknown]), 0);
  const rejected = attempt("b", undefined, 0, 0, { reported: false, itemsPermitted: 0 });
  assertEquals(itemsLeft(100, undefined, [rejected]), 100);
});

Deno.test("summing up many attempts never raises the number of items left of maxItems", () => {
  const charges = fc.record({
    reported: fc.boolean(),
    counted: fc.boolean(),
    found: fc.integer({ min: 0, max: 50 }),
    deleted: fc.integer({ min: 0, max: 20 }),
    inFlight: fc.integer({ min: 0, max: 20 }),
    itemsPermitted: fc.integer({ min: 0, max: 50 }),
  });
  fc.assert(fc.property(fc.array(charges, { maxLength: 30 }), (cuts) => {
    const attempts = cuts.map(({ counted, found, deleted, inFlight, ...change }, index) =>
      attempt(`p${index}`, counted ? found : undefined, deleted, inFlight, change)
    );
    const once = condensed(undefined, attempts, () => undefined, 500);
    const twice = condensed(once.earlierAttempts, once.attempts, () => undefined, 500);
    for (const { earlierAttempts, attempts: listed } of [once, twice]) {
      assertEquals(itemsLeft(500, earlierAttempts, listed), itemsLeft(500, undefined, attempts));
    }
  }));
});
