// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { repairTimeMs, type TimedRow } from "./repair_time.ts";

const row = (generation: number, replicas: number, atMs: number): TimedRow => ({
  text: `${generation}     ${replicas}   image`,
  atMs,
});

Deno.test("a repair lasts from the first row that differs to the first row that does not", () => {
  const rows = [row(3, 2, 10), row(4, 0, 20), row(4, 0, 25)];
  assertEquals(repairTimeMs(rows), undefined);
  assertEquals(repairTimeMs([...rows, row(5, 2, 30), row(5, 2, 99)]), 10);
});

Deno.test("the generation shows a change whose row was never printed", () => {
  assertEquals(repairTimeMs([row(3, 2, 10), row(5, 2, 30)]), 0);
});

Deno.test("a Deployment that was not changed was not repaired", () => {
  assertEquals(repairTimeMs([]), undefined);
  assertEquals(repairTimeMs([row(3, 2, 10), row(3, 2, 20)]), undefined);
});

Deno.test("another Deployment of the same name is not a repair", () => {
  assertEquals(repairTimeMs([row(3, 2, 10), row(1, 0, 20), row(2, 2, 30)]), undefined);
});
