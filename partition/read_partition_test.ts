// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { createConcurrencyLimit } from "./concurrency_limit.ts";
import type { Key } from "./key.ts";
import { countItems, countQuery, keysQuery, readKeys } from "./read_partition.ts";
import { createReportRecorder } from "./report_recorder.ts";
import { createRetry } from "./retry.ts";
import { createRetryDeadline } from "./retry_deadline.ts";
import type { RunContext } from "./run_context.ts";
import { createAutoAdvanceClock } from "./testing/auto_advance_clock.ts";
import { createFakeDynamoDb, type FakeDynamoDb } from "./testing/fake_dynamodb.ts";
import { keys, TENANT } from "./testing/fake_run.ts";

const partition = {
  table: "Orders",
  schema: { hash: { name: "pk", type: "S" as const }, range: "sk" },
  value: TENANT,
};

function contextOf(db: FakeDynamoDb): RunContext {
  const clock = createAutoAdvanceClock();
  const retry = createRetry({
    clock,
    random: () => 0,
    concurrency: createConcurrencyLimit(8),
    retryDeadline: createRetryDeadline(clock),
    refreshCredentials: db.refreshCredentials,
    onThrottle: () => {},
  });
  const stop = new AbortController().signal;
  return {
    db,
    retry,
    clock,
    random: () => 0,
    recorder: createReportRecorder(clock, () => {}),
    stop,
  };
}

async function all(pages: AsyncIterable<Key[]>): Promise<Key[]> {
  const found: Key[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

Deno.test("counting and listing read up to the last page, with few large pages", async () => {
  for (const size of [0, 1, 2_500, 6_000]) {
    const db = createFakeDynamoDb();
    const items = keys(size);
    db.put(...items);
    const context = contextOf(db);
    assertEquals(await countItems(context, partition, 0), { items: size });
    assertEquals(await all(readKeys(context, partition)), items);
    assert(db.calls.query <= 2 + Math.ceil(size / 1_000), `${db.calls.query} for ${size}`);
  }
});

Deno.test("the count of a small partition keeps the keys, the count of a large partition does not", async () => {
  for (
    const [size, kept, queries] of [[0, true, 1], [2_499, true, 1], [6_000, false, 3]] as const
  ) {
    const db = createFakeDynamoDb();
    const items = keys(size);
    db.put(...items);
    const counted = await countItems(contextOf(db), partition, 4_000);
    assertEquals(counted, { items: size, ...(kept && { keys: items }) });
    assertEquals(db.calls.query, queries);
  }
});

Deno.test("an empty page with LastEvaluatedKey is not the last page", async () => {
  const answers = [
    { Count: 0, Items: [], LastEvaluatedKey: { pk: TENANT, sk: { S: "5" } } },
    { Count: 1, Items: keys(1), LastEvaluatedKey: {} },
  ];
  const db = { ...createFakeDynamoDb(), query: () => Promise.resolve(answers.shift() ?? {}) };
  assertEquals(await all(readKeys(contextOf(db), partition)), keys(1));
});

const oddlyNamed = {
  table: "Orders",
  schema: { hash: { name: "name", type: "S" as const }, range: "a-b.0x" },
  value: { S: "T" },
};

Deno.test("a query contains aliases of the key names only, so that a key may have any name", () => {
  const query = keysQuery(oddlyNamed);
  assertEquals(query.KeyConditionExpression, "#pk = :pk");
  assertEquals(query.ProjectionExpression, "#pk, #sk");
  assertEquals(query.ExpressionAttributeNames, { "#pk": "name", "#sk": "a-b.0x" });
  assertEquals(query.ExpressionAttributeValues, { ":pk": { S: "T" } });
});

Deno.test("a query of a table without a sort key has no unused alias", () => {
  const { hash } = oddlyNamed.schema;
  const query = keysQuery({ ...oddlyNamed, schema: { hash } });
  assertEquals([query.ProjectionExpression, query.ExpressionAttributeNames], ["#pk", {
    "#pk": "name",
  }]);
  assertEquals(countQuery(oddlyNamed).ExpressionAttributeNames, { "#pk": "name" });
});

Deno.test("every query reads with strong consistency", () => {
  assertEquals(countQuery(oddlyNamed).ConsistentRead, true);
  assertEquals(keysQuery(oddlyNamed).ConsistentRead, true);
});
