// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import type { Clock } from "../kube/clock.ts";
import { createConcurrencyLimit } from "./concurrency_limit.ts";
import { deleteRound } from "./delete_round.ts";
import type { DynamoDb } from "./client.ts";
import { createItemLimit, createRateLimit } from "./run_limits.ts";
import { createReportRecorder } from "./report_recorder.ts";
import { createRetry } from "./retry.ts";
import { createRetryDeadline } from "./retry_deadline.ts";
import { createAutoAdvanceClock } from "./testing/auto_advance_clock.ts";
import { createFakeDynamoDb } from "./testing/fake_dynamodb.ts";
import { keys, TENANT } from "./testing/fake_run.ts";

/** Lists partition `TENANT` once and deletes the listed items with eight workers. */
function runRound(
  db: DynamoDb,
  { items, clock, concurrency = createConcurrencyLimit(8) }: {
    items: number;
    clock: Clock;
    concurrency?: ReturnType<typeof createConcurrencyLimit>;
  },
): Promise<number> {
  const random = () => 0.5;
  const retry = createRetry({
    clock,
    random,
    concurrency,
    retryDeadline: createRetryDeadline(clock),
    refreshCredentials: db.refreshCredentials,
    onThrottle: () => {},
  });
  const context = {
    ...{ db, clock, random, retry },
    stop: new AbortController().signal,
    recorder: createReportRecorder(clock, () => {}),
  };
  const schema = { hash: { name: "pk", type: "S" as const }, range: "sk" };
  return deleteRound(context, {
    partition: { table: "Orders", schema, value: TENANT },
    workers: 8,
    rateLimit: createRateLimit(clock, undefined),
    itemLimit: createItemLimit(items, undefined),
  });
}

Deno.test("unprocessed items in each batch reduce the number of concurrent batches", async () => {
  const concurrency = createConcurrencyLimit(8);
  const limits: number[] = [];
  const db = createFakeDynamoDb({
    faults: {
      batch(call) {
        limits.push(concurrency.limit);
        return call <= 60 ? { unprocessed: 10 } : undefined;
      },
    },
  });
  db.put(...keys(3_000));
  const listed = await runRound(db, { items: 3_000, clock: createAutoAdvanceClock(), concurrency });
  assertEquals([listed, db.count(TENANT)], [3_000, 0]);
  assertEquals(limits[0], 8);
  assertEquals(limits[59], 1);
  assert(concurrency.limit > 2, "the limit rises again when DynamoDB processes whole batches");
});

Deno.test("deleteRound reads only a few thousand keys ahead, even if batches are slow", async () => {
  const items = 20_000;
  const fake = createFakeDynamoDb();
  fake.put(...keys(items));
  const waiting: (() => void)[] = [];
  let slow = true;
  const db: DynamoDb = {
    ...fake,
    async batchWriteItem(input, signal) {
      if (slow) await new Promise<void>((resolve) => waiting.push(resolve));
      return await fake.batchWriteItem(input, signal);
    },
  };
  const stoppedClock: Clock = { now: () => 0, epochMs: () => 0, timer: () => () => {} };
  // The concurrency limit is one above the worker count, so that a page can be read while all batches are in flight.
  const concurrency = createConcurrencyLimit(9);
  const round = runRound(db, { items, clock: stoppedClock, concurrency });
  // After each response, a worker takes more keys. If the buffer is then not full, it starts to read the next page.
  for (let answered = 0; answered < 20; answered++) {
    await settled();
    waiting.shift()?.();
  }
  await settled();
  assert(fake.calls.query > 1 && fake.calls.query <= 4, `${fake.calls.query} pages were read`);
  slow = false;
  waiting.forEach((answer) => answer());
  assertEquals([await round, fake.count(TENANT)], [items, 0]);
});

/** Resolves when every pending promise waits for a timer or a response. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}
