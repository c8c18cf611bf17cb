// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { progressLine, resultText } from "./progress_display.ts";
import type { DeletionReport } from "../../partition/report.ts";

const report: DeletionReport = {
  phase: "Deleting",
  itemsFound: 2000,
  itemsDeleted: 500,
  itemsInFlight: 25,
  unprocessedRetries: 3,
  throttledRequests: 2,
  consumedReadUnits: 12.5,
  consumedWriteUnits: 500,
  durationMs: 1000,
};

Deno.test("the progress line contains the share, the counts and the rate, and fits the terminal", () => {
  const line = progressLine(report, 200);
  assertStringIncludes(line, "25% 500 of 2,000 500/s 2 throttled");
  assertEquals([...line].filter((cell) => cell === "█").length, 7);
  assertEquals(progressLine(report, 40).length, 39);
});

Deno.test("the progress line is correct before the number of items is known, and for an empty partition", () => {
  const { itemsFound: _, ...counting } = { ...report, phase: "Counting" as const, itemsDeleted: 0 };
  assertEquals(progressLine({ ...counting, throttledRequests: 0 }, 80), "Counting");
  assertStringIncludes(progressLine({ ...report, itemsFound: 0, itemsDeleted: 0 }, 80), "100%");
});

Deno.test("the result text mentions unconfirmed items only if their number is above 0", () => {
  const ended = { ...report, outcome: "Interrupted" as const, message: "Stopped" };
  assertStringIncludes(resultText(ended), "unconfirmed     25");
  assert(!resultText({ ...ended, itemsInFlight: 0 }).includes("unconfirmed"));
});
