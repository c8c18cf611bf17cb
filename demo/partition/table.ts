/** A table of DynamoDB Local with a partition key `tenant` and a sort key `order`. */
export interface DemoTable {
  readonly name: string;
  /** Puts so many items into a partition. */
  fill(tenant: string, count: number): Promise<void>;
  /** Items in a partition, strongly consistent. */
  count(tenant: string): Promise<number>;
}

const BATCH = 25;
/** Batches under way at the same time. */
const LANES = 8;
// DynamoDB Local wants to see a signature and does not check it.
const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=demo/20260101/us-east-1/dynamodb/aws4_request, " +
  "SignedHeaders=host, Signature=none";

/** Creates a table; the requests are written out, so that what counts shares nothing with what deletes. */
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
    name,
    async fill(tenant, count) {
      let next = 0;
      await Promise.all(Array.from({ length: LANES }, async () => {
        for (let first = next; first < count; first = next) {
          next += BATCH;
          const requests = Array.from({ length: Math.min(BATCH, count - first) }, (_, index) => ({
            PutRequest: { Item: { tenant: { S: tenant }, order: { N: String(first + index) } } },
          }));
          await call("BatchWriteItem", { RequestItems: { [name]: requests } });
        }
      }));
    },
    async count(tenant) {
      let count = 0;
      let from: unknown;
      do {
        const page = await call<{ Count: number; LastEvaluatedKey?: unknown }>("Query", {
          TableName: name,
          KeyConditionExpression: "tenant = :tenant",
          ExpressionAttributeValues: { ":tenant": { S: tenant } },
          Select: "COUNT",
          ConsistentRead: true,
          ...(from !== undefined && { ExclusiveStartKey: from }),
        });
        count += page.Count;
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return count;
    },
  };
}
