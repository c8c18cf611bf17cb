// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { growthRows } from "./growth_rows.ts";
import { sizeFigures } from "./testing/bench_figures.ts";

Deno.test("the growth of the time is compared with the growth of the number of graphs", () => {
  const [time] = growthRows([sizeFigures(200, 12), sizeFigures(500, 1), sizeFigures(1000, 66)]);
  assertEquals([time?.graphs, time?.ours, time?.target, time?.met], [
    "200 → 1,000",
    "5.50 ×",
    "≤ 5 ×",
    false,
  ]);
  assertEquals([time?.recorded, time?.apply], ["6.68 ×", "1 ×"]);
});

Deno.test("the growth of the operator's CPU time is given per graph", () => {
  const cpu = growthRows([sizeFigures(100, 12), sizeFigures(200, 12)])
    .find(({ figure }) => figure.startsWith("growth of the CPU time"));
  assertEquals([cpu?.ours, cpu?.met], ["0.50 ×", true]);
});

Deno.test("one size has no growth, and neither does a size without figures", () => {
  assertEquals(growthRows([sizeFigures(200, 12)]), []);
  assertEquals(growthRows([{ graphs: 3, rounds: [] }, sizeFigures(200, 12)]), []);
});
