// Failures in the middle of a deletion. The tests use a fake table, and a fake clock that skips all waits.
// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { DeletionFailure } from "./deletion_failure.ts";
import { canonicalKey } from "./key.ts";
import type { DeletionReport } from "./report.ts";
import { createFakeDynamoDb } from "./testing/fake_dynamodb.ts";
import { fakeRun, keys, TENANT } from "./testing/fake_run.ts";
import { serviceError } from "./testing/service_error.ts";

Deno.test("unprocessed items are sent again until they are deleted", async () => {
  const db = createFakeDynamoDb({
    faults: { batch: (call) => call % 3 === 0 ? undefined : { unprocessed: (call % 25) + 1 } },
  });
  db.put(...keys(1_000));
  const { report } = await fakeRun(db);
  assertEquals([report.outcome, report.itemsDeleted, db.count(TENANT)], ["Deleted", 1_000, 0]);
  assert(report.unprocessedRetries > 0);
});

Deno.test("a deletion continues although the table processes no item for a long time", async () => {
  const db = createFakeDynamoDb({
    faults: { batch: (call, keys) => call < 60 ? { unprocessed: keys.length } : undefined },
  });
  db.put(...keys(100));
  const { report } = await fakeRun(db);
  assertEquals([report.outcome, report.itemsDeleted], ["Deleted", 100]);
  assert(report.durationMs > 10_000, String(report.durationMs));
});

Deno.test("a batch contains unprocessed keys and new keys, without duplicates", async () => {
  const db = createFakeDynamoDb({
    faults: { batch: (call) => call <= 20 ? { unprocessed: 10 } : undefined },
  });
  db.put(...keys(1_000));
  await fakeRun(db, { maxConcurrency: 2 });
  const full = db.batches.filter(({ length }) => length === 25).length;
  assert(full >= 40, String(full));
  for (const batch of db.batches) {
    assertEquals(new Set(batch.map(canonicalKey)).size, batch.length);
  }
});

Deno.test("throttling, service faults and connection resets only delay a deletion", async () => {
  const errors = [
    serviceError("ProvisionedThroughputExceededException"),
    serviceError("InternalServerError", 500),
    new TypeError("connection reset"),
    undefined,
    undefined,
  ];
  const fault = (call: number) => errors[call % errors.length];
  const db = createFakeDynamoDb({ faults: { describe: fault, query: fault, batch: fault } });
  db.put(...keys(3_000));
  const { report } = await fakeRun(db);
  assertEquals([report.outcome, report.itemsDeleted], ["Deleted", 3_000]);
  assert(report.throttledRequests > 20);
});

Deno.test("a terminal error of a batch stops the deletion, and the report names the error", async () => {
  const db = createFakeDynamoDb({
    faults: { batch: (call) => call > 5 ? serviceError("AccessDeniedException") : undefined },
  });
  db.put(...keys(5_000));
  const { report, retryable } = await fakeRun(db);
  assertEquals([report.outcome, retryable], ["AccessDenied", false]);
  assertEquals(report.itemsDeleted, 5_000 - db.count(TENANT));
});

Deno.test("after a terminal error of a page, the deletion stops when the batches in flight have finished", async () => {
  // Queries 1 to 5 count the items. Query 6 lists the first page of keys, and query 7 fails.
  const db = createFakeDynamoDb({
    faults: { query: (call) => call > 6 ? serviceError("AccessDeniedException") : undefined },
  });
  db.put(...keys(12_000));
  const { report } = await fakeRun(db);
  assertEquals([report.phase, report.outcome, report.itemsInFlight], [
    ...["Ended", "AccessDenied", 0],
  ]);
  assert(report.itemsDeleted > 0);
  assertEquals(report.itemsDeleted, 12_000 - db.count(TENANT));
});

Deno.test("the true number of deleted items is within the limits of every report, even after lost responses", async () => {
  const db = createFakeDynamoDb({
    faults: {
      batch: (call) =>
        [
          { lost: new TypeError("reset") },
          { unprocessed: 7 },
          serviceError("ThrottlingException"),
          undefined,
        ][call % 4],
    },
  });
  db.put(...keys(1_500));
  const { report } = await fakeRun(db, {
    onChange({ itemsDeleted, itemsInFlight }: DeletionReport) {
      const truth = 1_500 - db.count(TENANT);
      assert(itemsDeleted <= truth && truth <= itemsDeleted + itemsInFlight);
    },
  });
  assertEquals([report.itemsDeleted, report.itemsInFlight], [1_500, 0]);
});

Deno.test("items that another client writes during a deletion are found and deleted when the partition is listed again", async () => {
  const late = keys(3, TENANT).map((key, n) => ({ ...key, sk: { S: `000000-${n}` } }));
  const db = createFakeDynamoDb({
    faults: {
      batch(call) {
        const item = late[call - 1];
        if (item) db.put(item);
        return undefined;
      },
    },
  });
  db.put(...keys(2_000));
  const { report } = await fakeRun(db);
  assertEquals([report.outcome, db.count(TENANT)], ["Deleted", 0]);
  assertEquals([report.itemsFound, report.itemsDeleted], [2_000, 2_003]);
});

Deno.test("the deletion stops if another client keeps writing items", async () => {
  let written = 0;
  const db = createFakeDynamoDb({
    faults: {
      batch() {
        db.put({ pk: TENANT, sk: { S: `z${String(written++).padStart(9, "0")}` } });
        return undefined;
      },
    },
  });
  db.put(...keys(100));
  const { report, retryable } = await fakeRun(db);
  assertEquals([report.outcome, retryable], ["ConcurrentWriters", false]);
});

Deno.test("expired credentials are refreshed in the middle of a deletion", async () => {
  let expired = false;
  const db = createFakeDynamoDb({
    faults: {
      batch(call) {
        if (call === 20) expired = db.calls.refreshed === 0;
        return expired && db.calls.refreshed === 0
          ? serviceError("ExpiredTokenException")
          : undefined;
      },
    },
  });
  db.put(...keys(2_000));
  const { report } = await fakeRun(db);
  assertEquals([report.outcome, report.itemsDeleted], ["Deleted", 2_000]);
  assert(db.calls.refreshed > 0);
});

Deno.test("after a stop, the batches in flight finish, no other batch is sent, and the report is exact", async () => {
  const stop = new AbortController();
  let after = 0;
  const db = createFakeDynamoDb({
    faults: {
      batch(call) {
        if (stop.signal.aborted) after++;
        if (call === 30) {
          stop.abort(new DeletionFailure("Interrupted", "SIGTERM", { retryable: true }));
        }
        return undefined;
      },
    },
  });
  db.put(...keys(5_000));
  const { report, retryable } = await fakeRun(db, { stop: stop.signal });
  assertEquals([report.outcome, retryable, after], ["Interrupted", true, 0]);
  assertEquals([report.itemsDeleted, report.itemsInFlight], [5_000 - db.count(TENANT), 0]);
  assert(report.itemsDeleted >= 30 * 25 - 8 * 25 && db.count(TENANT) > 0);
});

Deno.test("a stop interrupts the delay between two attempts", async () => {
  const stop = new AbortController();
  const db = createFakeDynamoDb({
    faults: {
      batch(call) {
        if (call === 10) stop.abort(new DeletionFailure("DeadlineExceeded", "late"));
        return serviceError("ThrottlingException");
      },
    },
  });
  db.put(...keys(500));
  const { report, retryable } = await fakeRun(db, { stop: stop.signal });
  assertEquals([report.outcome, retryable, db.count(TENANT)], ["DeadlineExceeded", false, 500]);
  // Items stay in flight until DynamoDB confirms their deletion.
  assert(report.itemsInFlight > 0 && report.itemsDeleted === 0);
});

Deno.test("the counts of deleted items in several interrupted deletions add up to the number of items", async () => {
  const db = createFakeDynamoDb({
    faults: { batch: (call) => call % 7 ? undefined : { unprocessed: 3 } },
  });
  db.put(...keys(4_000));
  const found: number[] = [];
  for (let attempt = 0;; attempt++) {
    const stop = new AbortController();
    const { report } = await fakeRun(db, {
      stop: stop.signal,
      onChange({ itemsDeleted }) {
        if (itemsDeleted > 600) stop.abort(new DeletionFailure("Interrupted", "again"));
      },
    });
    found.push(report.itemsFound ?? -1);
    if (report.outcome === "Deleted") {
      assertEquals(report.itemsDeleted, found.at(-1) ?? -1);
      break;
    }
    assertEquals(report.itemsDeleted, (found.at(-1) ?? 0) - db.count(TENANT));
    assert(attempt < 20);
  }
  assertEquals(found[0], 4_000);
});

Deno.test("a deletion does not exceed its rate limit", async () => {
  const db = createFakeDynamoDb();
  db.put(...keys(500));
  const { report } = await fakeRun(db, { itemsPerSecond: 100 });
  assert(report.durationMs >= 4_750 && report.durationMs < 6_000, String(report.durationMs));
});
