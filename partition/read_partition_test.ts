// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { createConcurrency } from "./concurrency.ts";
import { createPatience } from "./patience.ts";
import type { Key } from "./key_identity.ts";
import { countItems, readKeys } from "./read_partition.ts";
import { createRetry } from "./retry.ts";
import type { RunContext } from "./run_context.ts";
import { createTally } from "./tally.ts";
import { createFakeDynamoDb, type FakeDynamoDb } from "./testing/fake_dynamodb.ts";
import { keys, TENANT } from "./testing/fake_run.ts";
import { createHastyClock } from "./testing/hasty_clock.ts";

const partition = {
  table: "Orders",
  schema: { hash: { name: "pk", type: "S" as const }, range: "sk" },
  value: TENANT,
};

function contextOf(db: FakeDynamoDb): RunContext {
  const clock = createHastyClock();
  const retry = createRetry({
    clock,
    random: () => 0,
    concurrency: createConcurrency(8),
    patience: createPatience(clock),
    refreshCredentials: db.refreshCredentials,
    onThrottle: () => {},
  });
  const stop = new AbortController().signal;
  return { db, retry, clock, random: () => 0, tally: createTally(clock, () => {}), stop };
}

async function all(pages: AsyncIterable<Key[]>): Promise<Key[]> {
  const found: Key[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

Deno.test("a count keeps the first keys, and reading goes on where they end", async () => {
  const db = createFakeDynamoDb();
  const items = keys(4_200);
  db.put(...items);
  const context = contextOf(db);
  const counted = await countItems(context, partition, 1_500);
  assertEquals([counted.items, counted.keys.length], [4_200, 2_000]);
  const before = db.calls.query;
  assertEquals(await all(readKeys(context, partition, counted)), items);
  assertEquals(db.calls.query - before, 3);
});

Deno.test("a partition that is known whole is not read again", async () => {
  for (const size of [0, 1, 1_000, 1_700]) {
    const db = createFakeDynamoDb();
    const items = keys(size);
    db.put(...items);
    const context = contextOf(db);
    const counted = await countItems(context, partition, 5_000);
    assertEquals([counted.items, counted.rest], [size, undefined]);
    const before = db.calls.query;
    assertEquals(await all(readKeys(context, partition, counted)), items);
    assertEquals(db.calls.query, before);
  }
});

Deno.test("a count that keeps nothing reads no keys", async () => {
  const db = createFakeDynamoDb();
  db.put(...keys(12_000));
  const context = contextOf(db);
  const counted = await countItems(context, partition, 0);
  assertEquals([counted.items, counted.keys], [12_000, []]);
  assert(db.calls.query <= 4);
});
