// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { DeletionReport } from "./report.ts";
import { openReportFile, RECORD_BYTES, reportRecord } from "./report_file.ts";

const report: DeletionReport = {
  phase: "Deleting",
  itemsFound: 1000,
  itemsDeleted: 25,
  itemsInFlight: 200,
  unprocessedRetries: 0,
  throttledRequests: 0,
  consumedReadUnits: 0.5,
  consumedWriteUnits: 25,
  durationMs: 12,
};
const parse = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));

Deno.test("all records of a report file have the same length and are valid JSON", () => {
  const records = [
    report,
    { ...report, itemsDeleted: 10_000_000, message: "short" },
    { ...report, message: `${'"'.repeat(5000)}` },
    { ...report, message: "ü→".repeat(3000) },
  ];
  for (const record of records) {
    const bytes = reportRecord(record);
    assertEquals(bytes.length, RECORD_BYTES);
    const { message, ...rest } = parse(bytes);
    const { message: _, ...expected } = { message: "", ...record };
    assertEquals(rest, expected);
    if (record.message) assert(message.startsWith(record.message.slice(0, 5)));
  }
  assert(RECORD_BYTES <= 4096);
});

Deno.test("the file contains only the newest report, even if the previous report was longer", async () => {
  const path = await Deno.makeTempFile();
  try {
    using file = openReportFile(path);
    file.write({ ...report, message: "a message that is quite long" });
    file.write(report);
    assertEquals(parse(await Deno.readFile(path)), report);
    assertEquals((await Deno.stat(path)).size, RECORD_BYTES);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("the error for a report file that cannot be opened names its path", () => {
  assertThrows(() => openReportFile("/no/such/folder/log"), Error, '"/no/such/folder/log"');
});
