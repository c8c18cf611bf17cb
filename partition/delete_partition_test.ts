// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeDynamoDb } from "./testing/fake_dynamodb.ts";
import { fakeRun, keys, TENANT } from "./testing/fake_run.ts";
import { serviceError } from "./testing/service_error.ts";

const OTHER = { S: "OTHER" };

Deno.test("all items of the partition go, those of others stay, and the counts are right", async () => {
  const db = createFakeDynamoDb();
  db.put(...keys(2_345), ...keys(10, OTHER));
  const { report } = await fakeRun(db);
  assertEquals([db.count(TENANT), db.count(OTHER)], [0, 10]);
  assertEquals([report.outcome, report.itemsFound, report.itemsDeleted, report.itemsInFlight], [
    ...["Deleted", 2_345, 2_345, 0],
  ]);
  assertEquals(report.consumedWriteUnits, 2_345);
  assert(db.batches.every((batch) => batch.length <= 25));
});

Deno.test("several batches are under way at a time, never more than allowed", async () => {
  const db = createFakeDynamoDb();
  db.put(...keys(5_000));
  await fakeRun(db, { maxConcurrency: 8 });
  assertEquals(db.mostAtOnce, 8);
  const one = createFakeDynamoDb();
  one.put(...keys(500));
  await fakeRun(one, { maxConcurrency: 1 });
  assertEquals(one.mostAtOnce, 1);
});

Deno.test("an empty partition is a success, and nothing is written", async () => {
  const db = createFakeDynamoDb();
  const { report } = await fakeRun(db);
  assertEquals([report.outcome, report.itemsFound, report.itemsDeleted, db.calls.batch], [
    ...["Deleted", 0, 0, 0],
  ]);
});

Deno.test("a table without a sort key loses its one item", async () => {
  const db = createFakeDynamoDb({ range: undefined });
  db.put({ pk: TENANT }, { pk: OTHER });
  const { report } = await fakeRun(db);
  assertEquals([report.itemsDeleted, db.count(TENANT), db.count(OTHER)], [1, 0, 1]);
});

Deno.test("an endpoint that reports no capacity does no harm", async () => {
  const db = createFakeDynamoDb({ capacity: false });
  db.put(...keys(100));
  const { report } = await fakeRun(db);
  assertEquals([report.itemsDeleted, report.consumedWriteUnits], [100, 0]);
});

Deno.test("a dry run counts and deletes nothing", async () => {
  const db = createFakeDynamoDb();
  db.put(...keys(70));
  const { report } = await fakeRun(db, { dryRun: true, maxItems: 5 });
  assertEquals([report.outcome, report.itemsFound, db.calls.batch], ["Counted", 70, 0]);
});

Deno.test("above the most items nothing is deleted, at it everything is", async () => {
  const db = createFakeDynamoDb();
  db.put(...keys(70));
  const { report, retryable } = await fakeRun(db, { maxItems: 69 });
  assertEquals([report.outcome, report.itemsFound, retryable], ["TooManyItems", 70, false]);
  assertEquals([db.calls.batch, db.count(TENANT)], [0, 70]);
  assertEquals((await fakeRun(db, { maxItems: 70 })).report.outcome, "Deleted");
});

Deno.test("who does not confirm keeps every item, and is asked with the number of them", async () => {
  const db = createFakeDynamoDb();
  db.put(...keys(70));
  let asked = 0;
  const { report } = await fakeRun(db, { confirm: (found) => (asked = found) < 0 });
  assertEquals([asked, report.outcome, db.count(TENANT)], [70, "Interrupted", 70]);
});

Deno.test("a key of another type than expected, and a value that is none, touch nothing", async () => {
  const db = createFakeDynamoDb({ type: "N" });
  const wrongType = await fakeRun(db, { keyType: "S" });
  assertEquals([wrongType.report.outcome, wrongType.retryable], ["InvalidKey", false]);
  const noNumber = await fakeRun(db);
  assertEquals(noNumber.report.outcome, "InvalidKey");
  assert(!noNumber.report.message?.includes("TENANT"));
  assertEquals(db.calls.query, 0);
});

Deno.test("a table outside the allow-list and an index are not even described", async () => {
  const db = createFakeDynamoDb();
  const outside = await fakeRun(db, { allowedTables: ["tenants-*"] });
  assertEquals(outside.report.outcome, "TableNotAllowed");
  assertStringIncludes(outside.report.message ?? "", '"tenants-*"');
  const index = await fakeRun(db, { table: "Orders/index/ByDate" });
  assertEquals(index.report.outcome, "NotATable");
  assertEquals(db.calls.describe, 0);
});

Deno.test("a table that is being created is waited for, one that is archived is refused", async () => {
  const created = createFakeDynamoDb({
    faults: { describe: (call) => call < 4 ? { TableStatus: "CREATING" } : undefined },
  });
  created.put(...keys(3));
  const { report } = await fakeRun(created);
  assertEquals(report.outcome, "Deleted");
  assert(report.durationMs >= 6_000);
  for (const TableStatus of ["ARCHIVED", "DELETING"] as const) {
    const db = createFakeDynamoDb({ faults: { describe: () => ({ TableStatus }) } });
    const { report, retryable } = await fakeRun(db);
    assertEquals([report.outcome, retryable], ["TableNotReady", false]);
    assertStringIncludes(report.message ?? "", TableStatus);
  }
});

Deno.test("a table that is not there is said to be so", async () => {
  const db = createFakeDynamoDb({
    faults: { describe: () => serviceError("ResourceNotFoundException") },
  });
  const { report, retryable } = await fakeRun(db);
  assertEquals([report.outcome, retryable], ["TableNotFound", false]);
});

Deno.test("a service that quotes the value is not quoted", async () => {
  const db = createFakeDynamoDb({
    faults: { query: () => serviceError("ValidationException", 400, "cannot convert TENANT") },
  });
  const { report } = await fakeRun(db);
  assertEquals(report.outcome, "InvalidKey");
  assert(!report.message?.includes("TENANT"), report.message);
});
