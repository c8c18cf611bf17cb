import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { noDynamoDbLocal, startDynamoDbLocal } from "../../devcluster/dynamodb_local.ts";

const IN_FLIGHT = 8;
const BATCH = 25;

const given = Deno.env.get("DYNAMO_TEST_DYNAMODB");
const problem = given === undefined ? await noDynamoDbLocal() : undefined;
if (problem !== undefined) {
  console.log(
    `SKIPPED: the partition tests need DynamoDB Local, which cannot be started: ${problem}`,
  );
}

/**
 * True if DynamoDB Local cannot start. Deno then ignores the tests that need DynamoDB Local. DynamoDB Local needs
 * JDK 17 or newer, and Maven for the first download.
 */
export const noDynamoDb: boolean = problem !== undefined;

/** URL of DynamoDB Local. `deno task test` starts one server for all tests; otherwise, this module starts a server. */
export const dynamoDbEndpoint: string = given ??
  (noDynamoDb ? "" : (await startDynamoDbLocal()).endpoint);

export type Item = Record<string, AttributeValue>;

/** A DynamoDB table for a test. The methods use the AWS SDK directly, without any code of the operator. */
export interface TestTable {
  name: string;
  put(items: readonly Item[]): Promise<void>;
  /** Returns the number of items whose partition key has this value. */
  count(value: AttributeValue): Promise<number>;
}

export async function createTable(
  input: Omit<CreateTableCommandInput, "TableName" | "BillingMode">,
  endpoint = dynamoDbEndpoint,
): Promise<TestTable> {
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const name = `t-${crypto.randomUUID().slice(0, 8)}`;
  await client.send(
    new CreateTableCommand({ ...input, TableName: name, BillingMode: "PAY_PER_REQUEST" }),
  );
  const hash = input.KeySchema?.find(({ KeyType }) => KeyType === "HASH")?.AttributeName ?? "";
  return {
    name,
    async put(items) {
      let next = 0;
      await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
        while (next < items.length) {
          const batch = items.slice(next, next += BATCH);
          await client.send(
            new BatchWriteItemCommand({
              RequestItems: { [name]: batch.map((Item) => ({ PutRequest: { Item } })) },
            }),
          );
        }
      }));
    },
    async count(value) {
      let count = 0;
      let from: Item | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: name,
            KeyConditionExpression: "#k = :v",
            ExpressionAttributeNames: { "#k": hash },
            ExpressionAttributeValues: { ":v": value },
            Select: "COUNT",
            ConsistentRead: true,
            ExclusiveStartKey: from,
          }),
        );
        count += page.Count ?? 0;
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return count;
    },
  };
}

/** Returns the key schema of a table: by default partition key `pk` and sort key `sk`, both of type string. */
export function keySchema(
  { hash = "pk", type = "S", range = "sk" }: {
    hash?: string;
    type?: "S" | "N" | "B";
    range?: string | null;
  } = {},
): Pick<CreateTableCommandInput, "KeySchema" | "AttributeDefinitions"> {
  return {
    KeySchema: [
      { AttributeName: hash, KeyType: "HASH" },
      ...(range === null ? [] : [{ AttributeName: range, KeyType: "RANGE" as const }]),
    ],
    AttributeDefinitions: [
      { AttributeName: hash, AttributeType: type },
      ...(range === null ? [] : [{ AttributeName: range, AttributeType: "S" as const }]),
    ],
  };
}

/** Returns `count` small items of one partition, with ascending sort keys. */
export function numbered(count: number, pk: AttributeValue, hash = "pk", range = "sk"): Item[] {
  return Array.from({ length: count }, (_, n) => ({
    [hash]: pk,
    [range]: { S: String(n).padStart(7, "0") },
    payload: { S: "x".repeat(n % 50) },
  }));
}
