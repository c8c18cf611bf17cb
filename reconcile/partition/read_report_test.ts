// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { readReport } from "./read_report.ts";
import { report } from "./testing/report.ts";

Deno.test("a report is parsed, also with padding", () => {
  const written = report({ phase: "Ended", outcome: "Deleted", message: "Done", itemsFound: 3 });
  assertEquals(readReport(`${JSON.stringify(written)}${" ".repeat(200)}`), written);
});

Deno.test("a text that is not a report is ignored", () => {
  for (
    const text of ["", "panic: out of luck", "null", "[]", '{"phase":"Elsewhere"}', '{"phase":']
  ) {
    assertEquals(readReport(text), undefined, text);
  }
});

Deno.test("values that the status cannot contain are dropped", () => {
  const read = readReport(JSON.stringify({
    phase: "Deleting",
    outcome: "Whatever",
    message: "m".repeat(5000),
    itemsFound: -1,
    itemsDeleted: "many",
    consumedReadUnits: 0.1 + 0.2,
  }));
  assertEquals(read, {
    ...report({ phase: "Deleting", message: "m".repeat(1024), consumedReadUnits: 0.3 }),
  });
});
