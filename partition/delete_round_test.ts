// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import type { Clock } from "../kube/clock.ts";
import { createItemLimit } from "./item_limit.ts";
import { createConcurrencyLimit } from "./concurrency_limit.ts";
import { deleteRound } from "./delete_round.ts";
import type { DynamoDb } from "./dynamodb.ts";
import { createRateLimit } from "./rate_limit.ts";
import { createRetryDeadline } from "./retry_deadline.ts";
import { createRetry } from "./retry.ts";
import { createReportRecorder } from "./report_recorder.ts";
import { createFakeDynamoDb } from "./testing/fake_dynamodb.ts";
import { keys, TENANT } from "./testing/fake_run.ts";
import { createAutoAdvanceClock } from "./testing/auto_advance_clock.ts";

/** Makes one pass over the partition `TENANT` with eight workers. */
function passOver(
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
    pace: createRateLimit(clock, undefined),
    budget: createItemLimit(items, undefined),
  });
}

Deno.test("a table that hands back a part of each batch is sent fewer of them at a time", async () => {
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
  const listed = await passOver(db, { items: 3_000, clock: createAutoAdvanceClock(), concurrency });
  assertEquals([listed, db.count(TENANT)], [3_000, 0]);
  assertEquals(limits[0], 8);
  assertEquals(limits[59], 1);
  assert(concurrency.limit > 2, "it rises again when all is taken");
});

Deno.test("pages are read a few thousand keys ahead and no further, however slowly batches are answered", async () => {
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
  const standingClock: Clock = { now: () => 0, timer: () => () => {} };
  // One request more than there are batches, or reading would wait for those.
  const concurrency = createConcurrencyLimit(9);
  const pass = passOver(db, { items, clock: standingClock, concurrency });
  // Whoever takes keys sets off the reading of the next page, if that is wanted.
  for (let answered = 0; answered < 20; answered++) {
    await settled();
    waiting.shift()?.();
  }
  await settled();
  assert(fake.calls.query > 1 && fake.calls.query <= 4, `${fake.calls.query} pages were read`);
  slow = false;
  waiting.forEach((answer) => answer());
  assertEquals([await pass, fake.count(TENANT)], [items, 0]);
});

/** Resolves when every promise that can go on has gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}
