// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { creationRows } from "./creation_rows.ts";
import { sizeFigures } from "./testing/bench_figures.ts";

Deno.test("a row contains the medians of all rounds with their extremes, beside both bare loops and the target", () => {
  const time = creationRows(sizeFigures(200, 14, 12, 13)).find(({ figure }) =>
    figure.startsWith("time until")
  );
  assertEquals(time, {
    figure: "time until all Deployments and Services exist",
    graphs: "200",
    recorded: "60 s",
    ours: "13 s (12..14)",
    apply: "10 s",
    applyRatio: "1.30 × (1.20..1.40)",
    post: "5 s",
    postRatio: "2.60 × (2.40..2.80)",
    target: "≤ 1.2 × apply",
    met: false,
  });
});

Deno.test("a ratio compares only figures of the same round", () => {
  const { rounds, ...size } = sizeFigures(200, 12, 40);
  const [first = {}, { apply: _missing, ...second } = {}] = rounds;
  const time = creationRows({ ...size, rounds: [first, second] }).find(({ figure }) =>
    figure.startsWith("time until")
  );
  assertEquals([time?.ours, time?.applyRatio, time?.met], ["26 s (12..40)", "1.20 ×", true]);
});

Deno.test("the number of requests and the CPU time of the operator are given per graph", () => {
  const lines = creationRows(sizeFigures(200, 12));
  const requests = lines.find(({ figure }) => figure.startsWith("mutating requests"));
  assertEquals([requests?.ours, requests?.recorded, requests?.met], ["18", "102", false]);
  const cpu = lines.find(({ figure }) => figure === "CPU time of the operator per graph");
  assertEquals(cpu?.ours, "25 ms");
});

Deno.test("a size without a measured creation does not get rows", () => {
  assertEquals(creationRows({ graphs: 3, rounds: [{}] }), []);
});

Deno.test("a row omits the figure of the Go operator if it was not measured with this number of graphs", () => {
  const lines = creationRows(sizeFigures(50, 12));
  assertEquals(lines.map(({ recorded }) => recorded).filter((text) => text !== undefined), []);
});
