// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createDynamoDb } from "./client.ts";

const { signal } = new AbortController();
const ENV: Record<string, string> = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };
const ANSWER = { Count: 0, Items: [], UnprocessedItems: {} };

/** Returns the values of `ReturnConsumedCapacity` that the client sends in a query and in a batch. */
async function requestedCapacity(aws: boolean): Promise<unknown[]> {
  const requested: unknown[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      requested.push((await request.json()).ReturnConsumedCapacity);
      return Response.json(ANSWER, { headers: { "content-type": "application/x-amz-json-1.0" } });
    },
  );
  const db = createDynamoDb({
    connection: {
      region: "us-east-1",
      endpoint: `http://127.0.0.1:${server.addr.port}`,
      aws,
      fips: false,
      dualStack: false,
    },
    env: (name) => ENV[name],
    userAgent: "test/0",
  });
  await db.query({ TableName: "Orders" }, signal);
  const Key = { pk: { S: "a" } };
  await db.batchWriteItem({ RequestItems: { Orders: [{ DeleteRequest: { Key } }] } }, signal);
  return requested;
}

Deno.test("the client requests the consumed capacity from AWS, and not from other endpoints", async () => {
  // The SDK reads these variables from the environment of the process, not from the option `env`.
  for (const [name, value] of Object.entries(ENV)) Deno.env.set(name, value);
  try {
    assertEquals(await requestedCapacity(true), ["TOTAL", "TOTAL"]);
    assertEquals(await requestedCapacity(false), ["NONE", "NONE"]);
  } finally {
    for (const name of Object.keys(ENV)) Deno.env.delete(name);
  }
});
