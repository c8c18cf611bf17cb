// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeDynamoDb } from "./testing/fake_dynamodb.ts";
import { fakeRun, keys, TENANT } from "./testing/fake_run.ts";
import { serviceError } from "./testing/service_error.ts";

const OTHER = { S: "OTHER" };

Deno.test("a deletion deletes all items of the partition and no other items, and reports exact counts", async () => {
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

Deno.test("several batches are in flight at the same time, up to the maximum", async () => {
  const db = createFakeDynamoDb();
  db.put(...keys(5_000));
  await fakeRun(db, { maxConcurrency: 8 });
  assertEquals(db.mostAtOnce, 8);
  const one = createFakeDynamoDb();
  one.put(...keys(500));
  await fakeRun(one, { maxConcurrency: 1 });
  assertEquals(one.mostAtOnce, 1);
});

Deno.test("the deletion of an empty partition succeeds without a write", async () => {
  const db = createFakeDynamoDb();
  const { report } = await fakeRun(db);
  assertEquals([report.outcome, report.itemsFound, report.itemsDeleted, db.calls.batch], [
    ...["Deleted", 0, 0, 0],
  ]);
});

Deno.test("the single item of a partition without a sort key is deleted", async () => {
  const db = createFakeDynamoDb({ range: undefined });
  db.put({ pk: TENANT }, { pk: OTHER });
  const { report } = await fakeRun(db);
  assertEquals([report.itemsDeleted, db.count(TENANT), db.count(OTHER)], [1, 0, 1]);
});

Deno.test("an endpoint that reports no capacity is supported", async () => {
  const db = createFakeDynamoDb({ capacity: false });
  db.put(...keys(100));
  const { report } = await fakeRun(db);
  assertEquals([report.itemsDeleted, report.consumedWriteUnits], [100, 0]);
});

Deno.test("a dry run counts the items and deletes nothing", async () => {
  const db = createFakeDynamoDb();
  db.put(...keys(70));
  const { report } = await fakeRun(db, { dryRun: true, maxItems: 5 });
  assertEquals([report.outcome, report.itemsFound, db.calls.batch], ["Counted", 70, 0]);
});

Deno.test("a partition with more items than the limit is kept, a partition with as many items is deleted", async () => {
  const db = createFakeDynamoDb();
  db.put(...keys(70));
  const { report, retryable } = await fakeRun(db, { maxItems: 69 });
  assertEquals([report.outcome, report.itemsFound, retryable], ["TooManyItems", 70, false]);
  assertEquals([db.calls.batch, db.count(TENANT)], [0, 70]);
  assertEquals((await fakeRun(db, { maxItems: 70 })).report.outcome, "Deleted");
});

Deno.test("the confirmation contains the number of items; if the user refuses, all items are kept", async () => {
  const db = createFakeDynamoDb();
  db.put(...keys(70));
  let offered = 0;
  const { report } = await fakeRun(db, { confirm: (found) => (offered = found) < 0 });
  assertEquals([offered, report.outcome, db.count(TENANT)], [70, "Interrupted", 70]);
});

Deno.test("an unexpected key type or an invalid partition value stops a deletion before it reads items", async () => {
  const db = createFakeDynamoDb({ type: "N" });
  const wrongType = await fakeRun(db, { keyType: "S" });
  assertEquals([wrongType.report.outcome, wrongType.retryable], ["InvalidKey", false]);
  const noNumber = await fakeRun(db);
  assertEquals(noNumber.report.outcome, "InvalidKey");
  assert(!noNumber.report.message?.includes("TENANT"));
  assertEquals(db.calls.query, 0);
});

Deno.test("a table outside the allow-list and an index are refused without a request", async () => {
  const db = createFakeDynamoDb();
  const outside = await fakeRun(db, { allowedTables: ["tenants-*"] });
  assertEquals(outside.report.outcome, "TableNotAllowed");
  assertStringIncludes(outside.report.message ?? "", '"tenants-*"');
  const index = await fakeRun(db, { table: "Orders/index/ByDate" });
  assertEquals(index.report.outcome, "NotATable");
  assertEquals(db.calls.describe, 0);
});

Deno.test("a deletion waits for a table that is being created, and refuses an archived table", async () => {
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

Deno.test("a table that does not exist has the outcome TableNotFound, and the message names region and endpoint", async () => {
  const db = createFakeDynamoDb({
    faults: { describe: () => serviceError("ResourceNotFoundException") },
  });
  const { report, retryable } = await fakeRun(db);
  assertEquals([report.outcome, retryable], ["TableNotFound", false]);
  assertStringIncludes(report.message ?? "", `in ${db.place}`);
});

Deno.test("a DynamoDB message that quotes the partition value is omitted", async () => {
  const db = createFakeDynamoDb({
    faults: { query: () => serviceError("ValidationException", 400, "invalid key TENANT") },
  });
  const { report } = await fakeRun(db);
  assertEquals(report.outcome, "InvalidKey");
  assert(!report.message?.includes("TENANT"), report.message);
});
