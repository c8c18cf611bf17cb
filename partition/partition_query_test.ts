// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { countQuery, keysQuery } from "./partition_query.ts";

const partition = {
  table: "Orders",
  schema: { hash: { name: "name", type: "S" as const }, range: "a-b.0x" },
  value: { S: "T" },
};

Deno.test("names of keys are sent as aliases only, so that any name will do", () => {
  const query = keysQuery(partition, 10);
  assertEquals(query.KeyConditionExpression, "#pk = :pk");
  assertEquals(query.ProjectionExpression, "#pk, #sk");
  assertEquals(query.ExpressionAttributeNames, { "#pk": "name", "#sk": "a-b.0x" });
  assertEquals(query.ExpressionAttributeValues, { ":pk": { S: "T" } });
});

Deno.test("of a table without a sort key no alias is sent that is not used", () => {
  const { hash } = partition.schema;
  const query = keysQuery({ ...partition, schema: { hash } }, 10);
  assertEquals([query.ProjectionExpression, query.ExpressionAttributeNames], ["#pk", {
    "#pk": "name",
  }]);
  assertEquals(countQuery(partition, 10).ExpressionAttributeNames, { "#pk": "name" });
});

Deno.test("every reading is strongly consistent", () => {
  assertEquals(countQuery(partition, 10).ConsistentRead, true);
  assertEquals(keysQuery(partition, 10).ConsistentRead, true);
});
