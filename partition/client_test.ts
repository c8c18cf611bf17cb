// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createDynamoDb } from "./client.ts";

const { signal } = new AbortController();
const ENV: Record<string, string> = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };
const ANSWER = { Count: 0, Items: [], UnprocessedItems: {} };

/** What a client asks a server to tell of consumed capacity, by a query and by a batch. */
async function askedFor(aws: boolean): Promise<unknown[]> {
  const asked: unknown[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      asked.push((await request.json()).ReturnConsumedCapacity);
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
  return asked;
}

Deno.test("consumed capacity is asked for where it is billed, and nowhere else", async () => {
  // The SDK looks for them by itself.
  for (const [name, value] of Object.entries(ENV)) Deno.env.set(name, value);
  try {
    assertEquals(await askedFor(true), ["TOTAL", "TOTAL"]);
    assertEquals(await askedFor(false), ["NONE", "NONE"]);
  } finally {
    for (const name of Object.keys(ENV)) Deno.env.delete(name);
  }
});
