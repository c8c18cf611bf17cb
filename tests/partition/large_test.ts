// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { spawnDeletion } from "../support/deletion_process.ts";
import {
  createTable,
  dynamoDbEndpoint,
  type Item,
  keySchema,
  noDynamoDb as ignore,
} from "../support/dynamodb.ts";

const ITEMS = 100_000;
const TENANT = { S: "TENANT" };
const OTHER = { S: "OTHER" };

/**
 * Returns many small items, and some items of 5 KB and 20 KB as in tables with events and documents. All large items
 * are in the first tenth of the sort keys. Pages from this tenth reach DynamoDB's limit of 1 MB before the item limit.
 */
function* mixed(): Generator<Item> {
  for (let n = 0; n < ITEMS; n++) {
    const size = n % 200 === 0 ? 20_000 : n % 100 === 0 ? 5_000 : n % 7 * 20;
    yield { pk: TENANT, sk: { S: `${n % 10}-${n}` }, payload: { S: "x".repeat(size) } };
  }
}

Deno.test(
  "a hundred thousand items of mixed size are deleted in constant memory (defect 12)",
  { ignore },
  async () => {
    const table = await createTable(keySchema());
    await table.put([{ pk: OTHER, sk: { S: "1" } }]);
    await table.put([...mixed()]);
    const process = spawnDeletion({
      args: ["-t", table.name, "-e", dynamoDbEndpoint, "-s"],
      env: { PARTITION_VALUE: "TENANT" },
    });
    const memory: number[] = [];
    const watch = setInterval(() => memory.push(residentMegabytes(process.pid)), 500);
    const { code, stdout, stderr } = await process.ended;
    clearInterval(watch);
    assertEquals(code, 0, stderr);
    const { outcome, itemsFound, itemsDeleted } = JSON.parse(stdout);
    assertEquals([outcome, itemsFound, itemsDeleted], ["Deleted", ITEMS, ITEMS]);
    assertEquals([await table.count(TENANT), await table.count(OTHER)], [0, 1]);
    // Limit in MB, far above the memory that the program needs for its start and a few pages of items.
    assert(Math.max(...memory) < 300, memory.join(" "));
  },
);

function residentMegabytes(pid: number): number {
  try {
    const [, kilobytes] =
      /^VmRSS:\s+(\d+) kB$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ??
        [];
    return Number(kilobytes ?? 0) / 1024;
  } catch (error) {
    // The process has exited, or this machine has no /proc. The value 0 does not change the measured maximum.
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
