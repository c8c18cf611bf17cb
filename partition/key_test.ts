// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertThrows } from "@std/assert";
import { distinctKeys, type Key, keySchemaOf, type KeyType, keyValue } from "./key.ts";
import { DeletionFailure } from "./deletion_failure.ts";

Deno.test("distinctKeys removes duplicate keys and keeps similar keys", () => {
  const keys: Key[] = [
    { pk: { S: "a" }, sk: { S: "1" } },
    { pk: { S: "a" }, sk: { N: "1" } },
    { sk: { S: "1" }, pk: { S: "a" } },
    { pk: { S: 'a","sk' }, sk: { S: "1" } },
    { pk: { B: new Uint8Array([1, 23]) } },
    { pk: { B: new Uint8Array([12, 3]) } },
    { pk: { B: new Uint8Array([1, 23]) } },
  ];
  assertEquals(distinctKeys(keys), [keys[0], keys[1], keys[3], keys[4], keys[5]] as Key[]);
});

Deno.test("the key schema contains the names of both keys and the partition key's type, and ignores other attributes", () => {
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

Deno.test("a table description without a key schema is a DeletionFailure", () => {
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

Deno.test("keyValue keeps the exact text of strings and numbers, and decodes binary values from base64", () => {
  assertEquals(keyValue("Ünïcode \n", "S"), { S: "Ünïcode \n" });
  assertEquals(keyValue("007", "S"), { S: "007" });
  for (
    const text of [
      ...["1", "1.0", "01", "-0.5", "+3", ".5", "1e10", "12345678901234567890123456789012345678"],
      "9007199254740993",
    ]
  ) assertEquals(keyValue(text, "N"), { N: text });
  assertEquals(keyValue("AP8=", "B"), { B: new Uint8Array([0, 255]) });
});

Deno.test("a partition value that does not match the key type is refused, and the error message omits the value", () => {
  const refused: [string, KeyType][] = [
    ["", "S"],
    ["x".repeat(2049), "S"],
    ["ü".repeat(1025), "S"],
    ["TENANT", "N"],
    ["NaN", "N"],
    ["1 2", "N"],
    ["0x10", "N"],
    ["123456789012345678901234567890123456789", "N"],
    ["not base64!", "B"],
    ["abc", "B"],
    ["", "B"],
    ["A".repeat(4096), "B"],
  ];
  for (const [text, type] of refused) {
    const failure = assertThrows(() => keyValue(text, type), DeletionFailure);
    assertEquals([failure.outcome, failure.retryable], ["InvalidKey", false]);
    if (text) assert(!failure.message.includes(text), failure.message);
  }
});

Deno.test("partition values of the maximum size are accepted", () => {
  assertEquals(keyValue("x".repeat(2048), "S"), { S: "x".repeat(2048) });
  assertEquals(keyValue("1".repeat(38) + "0".repeat(20), "N").N?.length, 58);
});
