// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { DeletionFailure } from "./deletion_failure.ts";
import { readKeySchema } from "./key_schema.ts";

Deno.test("the key schema tells names and type, whatever else is defined", () => {
  assertEquals(
    readKeySchema({
      KeySchema: [{ AttributeName: "sk", KeyType: "RANGE" }, {
        AttributeName: "name",
        KeyType: "HASH",
      }],
      AttributeDefinitions: [
        { AttributeName: "sk", AttributeType: "S" },
        { AttributeName: "other", AttributeType: "B" },
        { AttributeName: "name", AttributeType: "N" },
      ],
    }),
    { hash: { name: "name", type: "N" }, range: "sk" },
  );
  assertEquals(
    readKeySchema({
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "B" }],
    }),
    { hash: { name: "id", type: "B" } },
  );
});

Deno.test("a description without keys is a failure, not a crash", () => {
  for (
    const description of [
      {},
      { KeySchema: [{ AttributeName: "id", KeyType: "HASH" as const }] },
      {
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" as const }],
        AttributeDefinitions: [{ AttributeName: "other", AttributeType: "S" as const }],
      },
    ]
  ) {
    assertEquals(
      assertThrows(() => readKeySchema(description), DeletionFailure).outcome,
      "InternalError",
    );
  }
});
