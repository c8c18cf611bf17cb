// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { parseBenchOptions } from "./options.ts";

Deno.test("by default, 200 and 1,000 graphs are measured, and 50 graphs until they are successful", () => {
  assertEquals(parseBenchOptions([]), { graphs: [200, 1000], converge: 50 });
});

Deno.test("sizes are sorted, without duplicates", () => {
  const { graphs, jsonFile } = parseBenchOptions(["--graphs", "50,3,50", "--json", "out.json"]);
  assertEquals(graphs, [3, 50]);
  assertEquals(jsonFile, "out.json");
});

Deno.test("invalid numbers and unknown arguments are refused", () => {
  assertThrows(() => parseBenchOptions(["--graphs", "many"]), Error, '"many"');
  assertThrows(() => parseBenchOptions(["--graphs", "0"]), Error, "at least 1");
  assertThrows(() => parseBenchOptions(["--grafs", "3"]), Error, "grafs");
  assertThrows(() => parseBenchOptions(["3"]), Error, '"3"');
});
