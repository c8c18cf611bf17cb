// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { DeletionFailure } from "./deletion_failure.ts";
import { keySchemaOf } from "./key_schema.ts";

Deno.test("the key schema contains both names and the type, and ignores other attributes", () => {
  assertEquals(
    keySchemaOf({
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
    keySchemaOf({
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "B" }],
    }),
    { hash: { name: "id", type: "B" } },
  );
});

Deno.test("a table description without keys is a failure, not a crash", () => {
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
      assertThrows(() => keySchemaOf(description), DeletionFailure).outcome,
      "InternalError",
    );
  }
});
