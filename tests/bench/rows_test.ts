// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { rows } from "./rows.ts";
import { benchFigures, requests, sizeFigures } from "./testing/bench_figures.ts";

Deno.test("the rows of each size precede the growth between the sizes", () => {
  const lines = rows(benchFigures([sizeFigures(200, 12), sizeFigures(1000, 60)]));
  const sizes = [...new Set(lines.map(({ graphs }) => graphs))];
  assertEquals(sizes, ["200", "1,000", "200 → 1,000"]);
});

Deno.test("the start-up time is compared with its target", () => {
  const start = { bundleSeconds: 0.25, sourceSeconds: 0.7, starts: 7 };
  const lines = rows({ ...benchFigures([]), start });
  assertEquals(lines.map(({ ours, target, met }) => [ours, target, met]), [
    ["0.25 s", "≤ 0.6 s", true],
    ["0.70 s", undefined, undefined],
  ]);
});

Deno.test("the requests until graphs are successful are given per graph", () => {
  const convergence = { graphs: 50, seconds: 20, requests: requests(1000) };
  const [line] = rows({ ...benchFigures([]), convergence });
  assertEquals([line?.graphs, line?.ours, line?.met], ["50", "20", true]);
});

Deno.test("a figure that was not measured does not get a row", () => {
  assertEquals(rows(benchFigures([{ graphs: 3, rounds: [] }])), []);
});
