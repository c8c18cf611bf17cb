// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { parseBenchOptions } from "./options.ts";

Deno.test("by default, 200 graphs are measured in three rounds, with an outage of one minute", () => {
  assertEquals(parseBenchOptions([]), {
    graphs: [200],
    rounds: 3,
    converge: 0,
    outageSeconds: 60,
    foreign: 0,
  });
});

Deno.test("sizes are sorted, without duplicates", () => {
  const { graphs, jsonFile } = parseBenchOptions(["--graphs", "50,3,50", "--json", "out.json"]);
  assertEquals(graphs, [3, 50]);
  assertEquals(jsonFile, "out.json");
});

Deno.test("invalid numbers and unknown arguments are refused", () => {
  assertThrows(() => parseBenchOptions(["--graphs", "many"]), Error, '"many"');
  assertThrows(() => parseBenchOptions(["--graphs", "0"]), Error, "at least 1");
  assertThrows(() => parseBenchOptions(["--rounds", "0"]), Error, "at least 1");
  assertThrows(() => parseBenchOptions(["--profile"]), Error, "must be a path");
  assertThrows(() => parseBenchOptions(["--grafs", "3"]), Error, "grafs");
  assertThrows(() => parseBenchOptions(["3"]), Error, '"3"');
});
