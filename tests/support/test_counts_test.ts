// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { describeCounts, readCounts, sumCounts } from "./test_counts.ts";

Deno.test("the counts are read from the summary line, including steps and ignored tests", () => {
  assertEquals(
    readCounts("x ... ok\n\nok | 7 passed (2 steps) | 0 failed | 1 ignored (116ms)\n", true),
    { passed: 7, failed: 0, skipped: 1 },
  );
  assertEquals(readCounts("FAILED | 6 passed | 2 failed (171ms)", false), {
    passed: 6,
    failed: 2,
    skipped: 0,
  });
});

Deno.test("an exit code other than 0 without a failed test counts as one failure", () => {
  assertEquals(readCounts("error: Uncaught", false), { passed: 0, failed: 1, skipped: 0 });
});

Deno.test("the number of skipped tests is shown only if it is not 0", () => {
  const one = { passed: 1, failed: 0, skipped: 0 };
  assertEquals(describeCounts(one), "1 passed, 0 failed");
  assertEquals(
    describeCounts(sumCounts([one, { passed: 2, failed: 1, skipped: 3 }])),
    "3 passed, 1 failed, 3 skipped",
  );
});
