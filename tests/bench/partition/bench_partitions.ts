import { VERSION } from "../../../commands/cli/version.ts";
import { describeEnvironment } from "../environment.ts";
import { alignedTable } from "../table.ts";
import type { PartitionFigures } from "./measure_partition.ts";
import { PARTITION_HEADINGS, partitionRows } from "./partition_rows.ts";

/** Number of measurements for each item count. Their median hides a single slow one. */
const ROUNDS = 5;

/**
 * Measures partition deletions for each item count, and prints a table of the medians.
 *
 * @throws if a measurement fails
 */
export async function benchPartitions(
  sizes: readonly number[],
  jsonFile: string | undefined,
): Promise<void> {
  // Imported only here, because the import starts DynamoDB Local, which the benchmark of graphs does not need.
  const { dynamoDbEndpoint, noDynamoDb } = await import("../../support/dynamodb.ts");
  if (noDynamoDb) throw new Error("Cannot measure deletions without DynamoDB Local");
  const { measurePartition } = await import("./measure_partition.ts");
  const environment = await describeEnvironment({
    "dynamo-operator": VERSION,
    "dynamodb-local": "2.6.1",
  });
  const rounds: PartitionFigures[] = [];
  // Warms up DynamoDB Local, which responds slowly to its first requests. The figures are discarded.
  await measurePartition(dynamoDbEndpoint, 2_000);
  for (const items of sizes) {
    for (let round = 1; round <= ROUNDS; round++) {
      console.error(`Measuring ${items} items, measurement ${round} …`);
      rounds.push(await measurePartition(dynamoDbEndpoint, items));
    }
  }
  environment.machine.loadAfter = Deno.loadavg();
  const { machine, commit, date } = environment;
  const load = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(" ");
  console.log(`\n${alignedTable(PARTITION_HEADINGS, partitionRows(rounds))}\n`);
  console.log(
    `Commit ${commit}, ${date.slice(0, 10)}; ${machine.cores} cores, load before ${
      load(machine.loadBefore)
    }, after ${load(machine.loadAfter)}. ` +
      "The bare loop sends 8 parallel BatchWriteItem calls for known keys, by the same SDK, in its own " +
      "process; DynamoDB Local uses the same cores.",
  );
  if (jsonFile) {
    await Deno.writeTextFile(jsonFile, `${JSON.stringify({ ...environment, rounds }, null, 2)}\n`);
  }
}
