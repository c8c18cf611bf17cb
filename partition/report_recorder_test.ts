// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DeletionReport } from "./report.ts";
import { createTally } from "./report_recorder.ts";

const stopped = { now: () => 0, timer: () => () => {} };

Deno.test("what is told is known before the items are sent, and never claims more than is confirmed", () => {
  const told: DeletionReport[] = [];
  const tally = createTally(stopped, (report) => told.push(report));
  tally.found(50);
  tally.sent(25);
  tally.sent(25);
  tally.confirmed(20);
  tally.unprocessed();
  tally.confirmed(30);
  assertEquals(told.map(({ itemsDeleted, itemsInFlight }) => [itemsDeleted, itemsInFlight]), [
    [0, 0],
    [0, 25],
    [0, 50],
    [20, 30],
    [20, 30],
    [50, 0],
  ]);
  assertEquals(tally.report().unprocessedRetries, 1);
});

Deno.test("consumed capacity is added up where it is reported, and may be missing", () => {
  const tally = createTally(stopped, () => {});
  tally.read({ CapacityUnits: 1.5 });
  tally.read(undefined);
  tally.wrote([{ CapacityUnits: 25 }, {}, { CapacityUnits: 2.5 }]);
  tally.wrote(undefined);
  const { consumedReadUnits, consumedWriteUnits } = tally.report();
  assertEquals([consumedReadUnits, consumedWriteUnits], [1.5, 27.5]);
});
