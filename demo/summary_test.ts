// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { summaryLines } from "./summary.ts";

Deno.test("the summary adds up times and writes in aligned columns", () => {
  const lines = summaryLines([
    { title: "1 The cluster", tookMs: 6_240, writes: undefined },
    { title: "2 A graph", tookMs: 13_500, writes: 31 },
    { title: "3 The end", tookMs: 60, writes: 0 },
  ], { PATCH: 31, GET: 9 });
  assertEquals(lines, [
    "STEP              TIME   WRITES",
    "1 The cluster    6.2 s        –",
    "2 A graph       13.5 s       31",
    "3 The end        0.1 s        0",
    "all             19.8 s       31",
    "",
    "Requests of the operator: 31 PATCH and 9 GET",
    "WRITES counts all requests except GET, including events. Lists and watches are GET requests.",
  ]);
});
