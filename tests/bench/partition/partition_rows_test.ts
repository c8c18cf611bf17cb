// @ts-types="../../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { PARTITION_HEADINGS, partitionRows } from "./partition_rows.ts";

const round = (items: number, seconds: number, peakBytes: number) => ({
  ...{ items, seconds, peakBytes, processSeconds: seconds + 1, bareLoopSeconds: 10 },
});

Deno.test("medians are compared with the bare loop, and the memory of the largest size with that of the smallest", () => {
  const rows = partitionRows([
    ...[round(100, 11.4, 90e6), round(100, 50, 100e6), round(100, 11, 95e6)],
    round(2000, 14, 100e6),
  ]);
  const met = rows.map((row) => [row[0], row[1], row.at(-1)]);
  assertEquals(met, [
    ["time to delete", "100", "yes"],
    ["time from start to exit of the process", "100", "–"],
    ["memory (RSS) at its peak", "100", "–"],
    ["time to delete", "2,000", "no"],
    ["time from start to exit of the process", "2,000", "–"],
    ["memory (RSS) at its peak", "2,000", "–"],
    ["growth of the memory", "100 → 2,000", "yes"],
  ]);
  assertEquals(rows.every((row) => row.length === PARTITION_HEADINGS.length), true);
});
