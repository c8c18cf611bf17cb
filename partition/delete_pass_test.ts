// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { createBudget } from "./budget.ts";
import { createConcurrency } from "./concurrency.ts";
import { deletePass } from "./delete_pass.ts";
import { createPace } from "./pace.ts";
import { createPatience } from "./patience.ts";
import { createRetry } from "./retry.ts";
import { createTally } from "./tally.ts";
import { createFakeDynamoDb } from "./testing/fake_dynamodb.ts";
import { keys, TENANT } from "./testing/fake_run.ts";
import { createHastyClock } from "./testing/hasty_clock.ts";

Deno.test("a table that hands back a part of each batch is sent fewer of them at a time", async () => {
  const clock = createHastyClock();
  const concurrency = createConcurrency(8);
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
  const random = () => 0.5;
  const retry = createRetry({
    clock,
    random,
    concurrency,
    patience: createPatience(clock),
    refreshCredentials: db.refreshCredentials,
    onThrottle: () => {},
  });
  const context = {
    ...{ db, clock, random, retry },
    stop: new AbortController().signal,
    tally: createTally(clock, () => {}),
  };
  const schema = { hash: { name: "pk", type: "S" as const }, range: "sk" };
  const listed = await deletePass(context, {
    partition: { table: "Orders", schema, value: TENANT },
    workers: 8,
    pace: createPace(clock, undefined),
    budget: createBudget(3_000, undefined),
  });
  assertEquals([listed, db.count(TENANT)], [3_000, 0]);
  assertEquals(limits[0], 8);
  assertEquals(limits[59], 1);
  assert(concurrency.limit > 2, "it rises again when all is taken");
});
