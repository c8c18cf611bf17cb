// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import {
  createTable,
  dynamoDbEndpoint as endpoint,
  keySchema,
  noDynamoDb as ignore,
  numbered,
} from "../support/dynamodb.ts";
import { runDeletion } from "./run_deletion.ts";

// The AWS SDK loads code at its first requests. Deno's test sanitizers report these loads as leaks.
const net = { ignore, sanitizeOps: false, sanitizeResources: false };
const TENANT = { S: "TENANT" };
const OTHER = { S: "OTHER" };

Deno.test(
  "a partition with a string key is deleted, and another partition is kept",
  net,
  async () => {
    const table = await createTable(keySchema());
    await table.put([...numbered(130, TENANT), ...numbered(30, OTHER)]);
    const report = await runDeletion({ endpoint, table: table.name });
    assertEquals([report.outcome, report.itemsFound, report.itemsDeleted], ["Deleted", 130, 130]);
    assertEquals([await table.count(TENANT), await table.count(OTHER)], [0, 30]);
  },
);

Deno.test("number keys are supported with all their digits (defect 8)", net, async () => {
  const table = await createTable(keySchema({ type: "N" }));
  const big = { N: "9007199254740993" };
  const near = { N: "9007199254740992" };
  await table.put([...numbered(30, big), ...numbered(5, near)]);
  const report = await runDeletion({ endpoint, table: table.name, partitionValue: big.N });
  assertEquals([report.outcome, report.itemsDeleted], ["Deleted", 30]);
  assertEquals([await table.count(big), await table.count(near)], [0, 5]);
});

Deno.test("all notations of a number are the same key", net, async () => {
  const table = await createTable(keySchema({ type: "N" }));
  for (const partitionValue of ["7", "7.0", "007", "0.7e1"]) {
    await table.put(numbered(3, { N: "7" }));
    const report = await runDeletion({ endpoint, table: table.name, partitionValue });
    assertEquals([report.outcome, report.itemsDeleted], ["Deleted", 3], partitionValue);
  }
});

Deno.test("binary keys are given as base64 (defect 8)", net, async () => {
  const table = await createTable(keySchema({ type: "B" }));
  const key = { B: new Uint8Array([0, 255, 10]) };
  const other = { B: new Uint8Array([0, 255]) };
  await table.put([...numbered(30, key), ...numbered(5, other)]);
  const report = await runDeletion({ endpoint, table: table.name, partitionValue: "AP8K" });
  assertEquals([report.outcome, report.itemsDeleted], ["Deleted", 30]);
  assertEquals([await table.count(key), await table.count(other)], [0, 5]);
});

Deno.test("in a table without a sort key at most one item is deleted", net, async () => {
  const table = await createTable(keySchema({ range: null }));
  await table.put([{ pk: TENANT }, { pk: OTHER }]);
  const first = await runDeletion({ endpoint, table: table.name });
  const again = await runDeletion({ endpoint, table: table.name });
  assertEquals([first.itemsDeleted, again.itemsDeleted], [1, 0]);
  assertEquals([await table.count(TENANT), await table.count(OTHER)], [0, 1]);
});

Deno.test(
  "key attributes may have any name: reserved words, hyphens, dots, leading digits (defect 9)",
  net,
  async () => {
    for (
      const [hash, range] of [["name", "status"], ["a-b", "date"], ["0x", "user"], ["a.b", "#sk"]]
    ) {
      const table = await createTable(keySchema({ hash: hash ?? "", range: range ?? "" }));
      await table.put(numbered(30, TENANT, hash, range));
      const report = await runDeletion({ endpoint, table: table.name });
      assertEquals([report.outcome, report.itemsDeleted], ["Deleted", 30], hash);
      assertEquals(await table.count(TENANT), 0);
    }
  },
);

Deno.test(
  "indexes affect neither the deletion nor the counts (defect 11)",
  net,
  async () => {
    const schema = keySchema();
    const table = await createTable({
      ...schema,
      AttributeDefinitions: [
        ...schema.AttributeDefinitions ?? [],
        { AttributeName: "date", AttributeType: "N" },
        { AttributeName: "owner", AttributeType: "S" },
      ],
      LocalSecondaryIndexes: [{
        IndexName: "ByDate",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "date", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      }],
      GlobalSecondaryIndexes: [{
        IndexName: "ByOwner",
        KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      }],
    });
    const indexed = numbered(90, TENANT).map((item, n) => ({
      ...item,
      ...(n % 2 === 0 && { date: { N: String(n) } }),
      ...(n % 3 === 0 && { owner: { S: "me" } }),
    }));
    await table.put(indexed);
    const report = await runDeletion({ endpoint, table: table.name });
    assertEquals([report.outcome, report.itemsFound, report.itemsDeleted], ["Deleted", 90, 90]);
    assertEquals(await table.count(TENANT), 0);
  },
);

Deno.test("a missing table is reported (defect 13)", net, async () => {
  const report = await runDeletion({ endpoint, table: "no-such-table" });
  assertEquals([report.outcome, report.itemsDeleted], ["TableNotFound", 0]);
});
