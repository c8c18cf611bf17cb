// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DeletionReport } from "./report.ts";
import { createReportRecorder } from "./report_recorder.ts";

const stoppedClock = { now: () => 0, epochMs: () => 0, timer: () => () => {} };

Deno.test("the report counts items as in flight before they are sent, and as deleted once confirmed", () => {
  const reports: DeletionReport[] = [];
  const recorder = createReportRecorder(stoppedClock, (report) => reports.push(report));
  recorder.found(50);
  recorder.sent(25);
  recorder.sent(25);
  recorder.confirmed(20);
  recorder.unprocessed();
  recorder.confirmed(30);
  assertEquals(reports.map(({ itemsDeleted, itemsInFlight }) => [itemsDeleted, itemsInFlight]), [
    [0, 0],
    [0, 25],
    [0, 50],
    [20, 30],
    [20, 30],
    [50, 0],
  ]);
  assertEquals(recorder.report().unprocessedRetries, 1);
});

Deno.test("the duration is in full milliseconds", () => {
  let nowMs = 0.25;
  const recorder = createReportRecorder({ ...stoppedClock, now: () => nowMs }, () => {});
  nowMs = 12.500000100000001;
  assertEquals(recorder.report().durationMs, 12);
});

Deno.test("the report contains the sum of the consumed capacity, which may be absent in a response", () => {
  const recorder = createReportRecorder(stoppedClock, () => {});
  recorder.read({ CapacityUnits: 1.5 });
  recorder.read(undefined);
  recorder.wrote([{ CapacityUnits: 25 }, {}, { CapacityUnits: 2.5 }]);
  recorder.wrote(undefined);
  const { consumedReadUnits, consumedWriteUnits } = recorder.report();
  assertEquals([consumedReadUnits, consumedWriteUnits], [1.5, 27.5]);
});
