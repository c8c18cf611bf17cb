import { VERSION } from "../../../commands/cli/version.ts";
import { describeEnvironment } from "../environment.ts";
import { alignedTable } from "../table.ts";
import type { PartitionFigures } from "./measure_partition.ts";
import { PARTITION_HEADINGS, partitionRows } from "./partition_rows.ts";

/** Small sizes are over soon and vary more. */
const roundsOf = (items: number) => items <= 20_000 ? 5 : 3;

/**
 * Measures deletions of so many items each and prints the table.
 *
 * @throws if one of them cannot be measured
 */
export async function benchPartitions(
  sizes: readonly number[],
  jsonFile: string | undefined,
): Promise<void> {
  // Starts DynamoDB Local, which no other benchmark needs.
  const { dynamoDbEndpoint, noDynamoDb } = await import("../../support/dynamodb.ts");
  if (noDynamoDb) throw new Error("Cannot measure deletions without DynamoDB Local");
  const { measurePartition } = await import("./measure_partition.ts");
  const around = await describeEnvironment({
    "dynamo-operator": VERSION,
    "dynamodb-local": "2.6.1",
  });
  const rounds: PartitionFigures[] = [];
  // Warms up the server, whose first requests are slow.
  await measurePartition(dynamoDbEndpoint, 2_000);
  for (const items of sizes) {
    for (let round = 1; round <= roundsOf(items); round++) {
      console.error(`Measuring ${items} items, round ${round} …`);
      rounds.push(await measurePartition(dynamoDbEndpoint, items));
    }
  }
  around.machine.loadAfter = Deno.loadavg();
  const { machine, commit, date } = around;
  const load = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(" ");
  console.log(`\n${alignedTable(PARTITION_HEADINGS, partitionRows(rounds))}\n`);
  console.log(
    `Commit ${commit}, ${date.slice(0, 10)}; ${machine.cores} cores, load before ${
      load(machine.loadBefore)
    }, after ${load(machine.loadAfter)}. ` +
      "The bare loop sends 8 BatchWriteItem calls at a time for keys that it knows, by the same SDK, in a process of " +
      "its own; DynamoDB Local shares the cores with both.",
  );
  if (jsonFile) {
    await Deno.writeTextFile(jsonFile, `${JSON.stringify({ ...around, rounds }, null, 2)}\n`);
  }
}
