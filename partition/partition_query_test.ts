// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { countQuery, keysQuery } from "./partition_query.ts";

const partition = {
  table: "Orders",
  schema: { hash: { name: "name", type: "S" as const }, range: "a-b.0x" },
  value: { S: "T" },
};

Deno.test("a query contains aliases of the key names only, so that a key may have any name", () => {
  const query = keysQuery(partition, 10);
  assertEquals(query.KeyConditionExpression, "#pk = :pk");
  assertEquals(query.ProjectionExpression, "#pk, #sk");
  assertEquals(query.ExpressionAttributeNames, { "#pk": "name", "#sk": "a-b.0x" });
  assertEquals(query.ExpressionAttributeValues, { ":pk": { S: "T" } });
});

Deno.test("a query of a table without a sort key has no unused alias", () => {
  const { hash } = partition.schema;
  const query = keysQuery({ ...partition, schema: { hash } }, 10);
  assertEquals([query.ProjectionExpression, query.ExpressionAttributeNames], ["#pk", {
    "#pk": "name",
  }]);
  assertEquals(countQuery(partition, 10).ExpressionAttributeNames, { "#pk": "name" });
});

Deno.test("every query is strongly consistent", () => {
  assertEquals(countQuery(partition, 10).ConsistentRead, true);
  assertEquals(keysQuery(partition, 10).ConsistentRead, true);
});
