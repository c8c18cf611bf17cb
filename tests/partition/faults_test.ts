// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import type { DeletionReport } from "../../partition/report.ts";
import {
  createTable,
  dynamoDbEndpoint,
  keySchema,
  noDynamoDb as ignore,
  numbered,
  type TestTable,
} from "../support/dynamodb.ts";
import { seedOfRun } from "../support/seeded_random.ts";
import { type ChooseFault, seededFaults, startFaultProxy } from "./fault_proxy.ts";
import { runDeletion } from "./run_deletion.ts";

const TENANT = { S: "TENANT" };
const OTHER = { S: "OTHER" };

async function filled(items: number): Promise<TestTable> {
  const table = await createTable(keySchema());
  await table.put([...numbered(items, TENANT), ...numbered(20, OTHER)]);
  return table;
}

/**
 * Deletes a partition through a fault proxy. Returns the report, the items left per partition, and the numbers of
 * applied faults and of requests.
 */
async function runThrough(choose: ChooseFault, items: number) {
  const table = await filled(items);
  await using proxy = await startFaultProxy(dynamoDbEndpoint, choose);
  const report = await runDeletion({ endpoint: proxy.endpoint, table: table.name });
  const left = [await table.count(TENANT), await table.count(OTHER)];
  return { report, left, done: proxy.done, calls: proxy.calls };
}

function assertAllGone(report: DeletionReport, left: number[], items: number) {
  assertEquals([report.outcome, report.itemsFound, report.itemsDeleted, report.itemsInFlight], [
    ...["Deleted", items, items, 0],
  ]);
  assertEquals(left, [0, 20]);
}

Deno.test(
  "unprocessed items are deleted by further requests (defect 1)",
  { ignore },
  async () => {
    const choose: ChooseFault = ({ operation, call }) =>
      operation === "BatchWriteItem" && call % 3 ? { unprocessed: call % 26 } : undefined;
    const { report, left, done } = await runThrough(choose, 300);
    assertAllGone(report, left, 300);
    assert(report.unprocessedRetries >= 5 && (done.get("unprocessed") ?? 0) >= 5);
  },
);

Deno.test("all kinds of faults together do not change the result (defects 1 to 4)", {
  ignore,
}, async () => {
  const seed = seedOfRun();
  console.log(`seed ${seed}`);
  const { report, left, done } = await runThrough(seededFaults(seed, 0.3), 2_000);
  assertAllGone(report, left, 2_000);
  assert(report.throttledRequests > 0);
  for (const kind of ["error", "unprocessed", "cut", "delayMs"]) assert(done.has(kind), kind);
});

Deno.test("a lost response does not affect the counts", { ignore }, async () => {
  const choose: ChooseFault = ({ call }) => call % 2 === 0 ? { cut: "after" } : undefined;
  const { report, left } = await runThrough(choose, 300);
  assertAllGone(report, left, 300);
});

Deno.test(
  "an empty response counts neither as an empty partition nor as a deletion",
  { ignore },
  async () => {
    const choose: ChooseFault = ({ call }) => call % 2 === 0 ? { empty: true } : undefined;
    const { report, left } = await runThrough(choose, 300);
    assertAllGone(report, left, 300);
  },
);

Deno.test(
  "a denied batch stops the deletion, and the report counts the deleted items (defects 2 and 3)",
  {
    ignore,
  },
  async () => {
    const choose: ChooseFault = ({ operation, call }) =>
      operation === "BatchWriteItem" && call > 12
        ? { error: "AccessDeniedException", status: 400 }
        : undefined;
    const { report, left: [left = 0, others] } = await runThrough(choose, 1_000);
    assertEquals([report.outcome, report.itemsFound], ["AccessDenied", 1_000]);
    assertEquals(report.itemsDeleted, 1_000 - left);
    assert(left > 0 && others === 20);
  },
);

Deno.test(
  "a denied page stops the deletion without a crash (defect 4)",
  { ignore },
  async () => {
    const choose: ChooseFault = ({ operation }) =>
      operation === "Query" ? { error: "AccessDeniedException", status: 400 } : undefined;
    const { report, left } = await runThrough(choose, 50);
    assertEquals([report.outcome, report.itemsDeleted, left[0]], ["AccessDenied", 0, 50]);
  },
);

Deno.test(
  "a failed request is retried by one layer only, and no successful request is repeated",
  {
    ignore,
  },
  async () => {
    let failed = 0;
    const choose: ChooseFault = ({ operation }) => {
      if (operation !== "DescribeTable" || failed === 3) return undefined;
      failed++;
      return { error: "InternalServerError", status: 500 };
    };
    const { report, calls } = await runThrough(choose, 25);
    assertEquals(report.outcome, "Deleted");
    // The program sends four DescribeTable requests, a Query for the keys, a batch, and a Query for the verification.
    assertEquals(calls, 7);
  },
);

Deno.test("the program itself, not the SDK, retries and counts every throttled request", {
  ignore,
}, async () => {
  let refused = 0;
  const choose: ChooseFault = ({ operation }) =>
    operation === "BatchWriteItem" && ++refused <= 3
      ? { error: "ThrottlingException", status: 400 }
      : undefined;
  const { report, left } = await runThrough(choose, 25);
  assertAllGone(report, left, 25);
  assertEquals(report.throttledRequests, 3);
});

Deno.test("items that two writers add during the last batch are deleted too (defect 14)", {
  ignore,
}, async () => {
  const table = await filled(2_000);
  let batches = 0;
  // Keys with the prefix "0000000" sort before all keys that the program has already read. The program finds them
  // only if it queries the partition from the start again.
  const add = (sk: string) =>
    table.put(numbered(30, TENANT).map((item, n) => ({ ...item, sk: { S: `${sk}-${n}` } })));
  await using proxy = await startFaultProxy(dynamoDbEndpoint, async ({ operation }) => {
    if (operation === "BatchWriteItem" && ++batches === 2_000 / 25) {
      await Promise.all([add("0000000"), add("z")]);
    }
    return undefined;
  });
  const report = await runDeletion({ endpoint: proxy.endpoint, table: table.name });
  assertEquals([report.outcome, report.itemsFound, report.itemsDeleted], ["Deleted", 2_000, 2_060]);
  assertEquals([await table.count(TENANT), await table.count(OTHER)], [0, 20]);
});

Deno.test("the items of two concurrent writers are deleted too, or reported (defect 14)", {
  ignore,
}, async () => {
  const table = await filled(2_000);
  let writing = true;
  const writers = [0, 1].map(async (writer) => {
    let n = 0;
    while (writing) {
      // The keys of the new items sort alternately before and after all keys of the initial items.
      await table.put([{ pk: TENANT, sk: { S: `${n % 2 ? "0000000-" : "z"}${writer}-${n++}` } }]);
    }
  });
  const busy = await runDeletion({
    endpoint: dynamoDbEndpoint,
    table: table.name,
    onChange: ({ phase, itemsDeleted }) => {
      if (phase === "Verifying" && itemsDeleted > 2_100) writing = false;
    },
  });
  writing = false;
  await Promise.all(writers);
  assert(busy.outcome === "Deleted" || busy.outcome === "ConcurrentWriters", busy.outcome);
  const after = await runDeletion({ endpoint: dynamoDbEndpoint, table: table.name });
  assertEquals([after.outcome, await table.count(TENANT)], ["Deleted", 0]);
  assertEquals(await table.count(OTHER), 20);
});
