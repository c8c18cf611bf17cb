// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { describeCounts, readCounts, readFailures, sumCounts } from "./test_counts.ts";

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

Deno.test("failed tests are listed with file, name and error", () => {
  const output = `plain ... FAILED (276µs)

 ERRORS${" "}

outer ... inner => ./tests/a_test.ts:1:43
error: Error: the first line
the second line
    at file:///tests/a_test.ts:1:71

plain => ./b_test.ts:2:6
error: AssertionError: Values are not equal
    at file:///b_test.ts:2:34

 FAILURES${" "}

outer ... inner => ./tests/a_test.ts:1:43
plain => ./b_test.ts:2:6

FAILED | 0 passed | 2 failed (1 step) (19ms)
`;
  assertEquals(readFailures(output), [
    "tests/a_test.ts: outer ... inner: error: Error: the first line the second line",
    "b_test.ts: plain: error: AssertionError: Values are not equal",
  ]);
  assertEquals(readFailures("ok | 7 passed | 0 failed (116ms)\n"), []);
});

Deno.test("the number of skipped tests is shown only if it is not 0", () => {
  const one = { passed: 1, failed: 0, skipped: 0 };
  assertEquals(describeCounts(one), "1 passed, 0 failed");
  assertEquals(
    describeCounts(sumCounts([one, { passed: 2, failed: 1, skipped: 3 }])),
    "3 passed, 1 failed, 3 skipped",
  );
});
