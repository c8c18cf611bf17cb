// @ts-types="../types/std/async.d.ts"
import { pooledMap } from "@std/async/pool";

/** A table of DynamoDB Local with a partition key `tenant` and a sort key `order`. */
export interface DemoTable {
  fill(tenant: string, count: number): Promise<void>;
  /** Returns the number of items in the partition of a tenant, according to a strongly consistent read. */
  count(tenant: string): Promise<number>;
}

/** Maximum number of items in one BatchWriteItem request. */
const BATCH_SIZE = 25;
const PARALLEL_BATCHES = 8;
// The signature is not valid: DynamoDB Local requires a signature but does not check it.
const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=demo/20260101/us-east-1/dynamodb/aws4_request, " +
  "SignedHeaders=host, Signature=none";

/** Creates a table without the AWS SDK, so that the demo shares no code with the partition deletion that it checks. */
export async function createTable(endpoint: string, name: string): Promise<DemoTable> {
  async function call<T>(operation: string, body: unknown): Promise<T> {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        "x-amz-date": "20260101T000000Z",
        "authorization": AUTHORIZATION,
      },
      body: JSON.stringify(body),
    });
    if (response.ok) return await response.json() as T;
    throw new Error(`Cannot ${operation} in DynamoDB Local: ${await response.text()}`);
  }

  await call("CreateTable", {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: "tenant", KeyType: "HASH" },
      { AttributeName: "order", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "tenant", AttributeType: "S" },
      { AttributeName: "order", AttributeType: "N" },
    ],
  });
  return {
    async fill(tenant, count) {
      const starts = Array.from(
        { length: Math.ceil(count / BATCH_SIZE) },
        (_, i) => i * BATCH_SIZE,
      );
      const batches = pooledMap(PARALLEL_BATCHES, starts, (start) => {
        const requests = Array.from({ length: Math.min(BATCH_SIZE, count - start) }, (_, i) => ({
          PutRequest: { Item: { tenant: { S: tenant }, order: { N: String(start + i) } } },
        }));
        return call("BatchWriteItem", { RequestItems: { [name]: requests } });
      });
      await Array.fromAsync(batches);
    },
    async count(tenant) {
      // One query counts all items, because the partitions of the demo are smaller than the page size of 1 MB.
      const { Count } = await call<{ Count: number }>("Query", {
        TableName: name,
        KeyConditionExpression: "tenant = :tenant",
        ExpressionAttributeValues: { ":tenant": { S: tenant } },
        Select: "COUNT",
        ConsistentRead: true,
      });
      return Count;
    },
  };
}
