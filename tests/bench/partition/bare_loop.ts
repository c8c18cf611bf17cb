// This program is the baseline for `delete-partition`: it deletes items with known keys as fast as possible. It sends
// up to eight parallel BatchWriteItem calls without counting, reading or retrying, and prints the total duration in ms.
import { BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { sdkDefaults } from "../../../partition/sdk_defaults.ts";

const IN_FLIGHT = 8;
const BATCH = 25;

const [endpoint = "", table = "", items = "0"] = Deno.args;
const client = new DynamoDBClient({
  ...sdkDefaults("bare-loop/0"),
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  maxAttempts: 1,
});

const startedAtMs = performance.now();
let next = 0;
await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
  while (next < Number(items)) {
    const from = next;
    next += BATCH;
    const batch = Array.from({ length: Math.min(BATCH, Number(items) - from) }, (_, n) => ({
      DeleteRequest: {
        Key: { pk: { S: "TENANT" }, sk: { S: String(from + n).padStart(7, "0") } },
      },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: batch } }));
  }
}));
console.log(Math.round(performance.now() - startedAtMs));
