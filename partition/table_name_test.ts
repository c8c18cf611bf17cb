// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { DeletionFailure } from "./deletion_failure.ts";
import { parseTableName, tableAllowed } from "./table_name.ts";

const ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders";

Deno.test("a table name and a table ARN are accepted", () => {
  assertEquals(parseTableName("Orders"), { text: "Orders", name: "Orders" });
  assertEquals(parseTableName(ARN), { text: ARN, name: "Orders" });
  assertEquals(
    parseTableName("arn:aws-cn:dynamodb:cn-north-1:123456789012:table/a.b-c_d").name,
    "a.b-c_d",
  );
});

Deno.test("an index, a stream and invalid names are refused", () => {
  for (
    const text of [
      `${ARN}/index/ByDate`,
      "Orders/index/ByDate",
      `${ARN}/stream/2024-01-01T00:00:00.000`,
      "arn:aws:s3:::bucket",
      "ab",
      "a table",
      "",
      "x".repeat(256),
    ]
  ) {
    const failure = assertThrows(() => parseTableName(text), DeletionFailure);
    assertEquals([failure.outcome, failure.retryable], ["NotATable", false], text);
  }
});

Deno.test("an empty list of globs allows every table, any other list allows the tables that one of its globs matches", () => {
  assertEquals(tableAllowed([], "anything at all"), true);
  const cases: [string[], string, boolean][] = [
    [["Orders"], "Orders", true],
    [["Orders"], "Orders2", false],
    [["orders"], "Orders", false],
    [["tenant-*", "Orders"], "tenant-7", true],
    [["tenant-?"], "tenant-77", false],
    [["a.b"], "axb", false],
    [["*"], "Orders", true],
    [["*"], "Orders/index/x", false],
    [["Orders"], ARN, true],
    [["arn:aws:dynamodb:*:123456789012:table/*"], ARN, true],
    [["arn:aws:dynamodb:*:999999999999:table/*"], ARN, false],
    [["arn:aws:dynamodb:*"], "Orders", false],
  ];
  for (const [globs, table, allowed] of cases) {
    assertEquals(tableAllowed(globs, table), allowed, `${globs} for ${table}`);
  }
});
