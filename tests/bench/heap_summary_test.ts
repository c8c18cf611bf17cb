// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { heapSummary, heapTypes } from "./heap_summary.ts";

const SNAPSHOT = {
  snapshot: {
    meta: { node_fields: ["type", "name", "self_size"], node_types: [["object", "string"]] },
  },
  nodes: [0, 0, 100, 1, 2, 4000, 0, 0, 50, 0, 1, 10],
  strings: ["Map", "Set", "a secret"],
};

Deno.test("objects are counted by class; strings are counted together, without their contents", () => {
  assertEquals(heapTypes(SNAPSHOT), [
    { name: "string", count: 1, bytes: 4000 },
    { name: "object Map", count: 2, bytes: 150 },
    { name: "object Set", count: 1, bytes: 10 },
  ]);
});

Deno.test("the summary ends with the sum of all types", () => {
  const [last = ""] = heapSummary(heapTypes(SNAPSHOT)).split("\n").slice(-1);
  assertStringIncludes(last.replaceAll(/ +/g, " "), "| all | 4 | 0.00 MB | 100 % |");
});

Deno.test("JSON text that is not a heap snapshot is an error", () => {
  assertThrows(() => heapTypes({ nodes: [] }), Error, "not in V8's format");
  assertThrows(
    () => heapTypes({ ...SNAPSHOT, snapshot: { meta: { node_fields: [], node_types: [[]] } } }),
    Error,
    '"type"',
  );
});
