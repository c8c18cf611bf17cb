// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { paintLine } from "../view/line.ts";
import { countLines, type PartitionCount } from "./counts.ts";

const text = (counts: PartitionCount[]) => countLines(counts).map((line) => paintLine(line, false));

Deno.test("the items of each partition are a column, what is left of them another", () => {
  assertEquals(text([{ tenant: "a", before: 1200 }]), [
    "PARTITION      ITEMS",
    "a               1200",
  ]);
  assertEquals(
    text([{ tenant: "a", before: 12, after: 0 }, { tenant: "b", before: 3, after: 3 }]),
    [
      "PARTITION     BEFORE   AFTER",
      "a                 12       0",
      "b                  3       3",
    ],
  );
});
