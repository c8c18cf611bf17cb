// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { BenchFigures, SizeFigures } from "./figures.ts";
import { rows } from "./rows.ts";

Deno.test("a row contains the figures of the Go operator and the bare loop, and the target", () => {
  const lines = rows(bench([size(200)]));
  const time = lines.find(({ figure }) => figure.startsWith("time until"));
  assertEquals(time, {
    figure: "time until all Deployments and Services exist",
    graphs: "200",
    recorded: "60 s",
    ours: "12 s",
    bareLoop: "10 s",
    ratio: "1.20 ×",
    target: "≤ 1.5 × the bare loop",
    met: true,
  });
  const memory = lines.find(({ figure }) => figure.startsWith("operator memory"));
  assertEquals([memory?.ours, memory?.target, memory?.met], ["120 MB", "≤ 100 MB", false]);
});

Deno.test("the number of requests is given per graph", () => {
  const line = rows(bench([size(200)])).find(({ figure }) => figure.includes("per graph"));
  assertEquals([line?.ours, line?.recorded, line?.met], ["15", "102", true]);
});

Deno.test("the growth of the time is compared with the growth of the number of graphs", () => {
  const lines = rows(bench([size(200), { ...size(1000), creation: creation(1000, 66) }]));
  const growth = lines.find(({ figure }) => figure.startsWith("growth of the time"));
  assertEquals([growth?.graphs, growth?.ours, growth?.target, growth?.met], [
    "200 → 1,000",
    "5.50 ×",
    "≤ 5 ×",
    false,
  ]);
  assertEquals(growth?.recorded, "6.68 ×");
});

Deno.test("the start-up time is compared with its target", () => {
  const start = { bundleSeconds: 0.25, sourceSeconds: 0.7, starts: 7 };
  const lines = rows({ ...bench([]), start });
  assertEquals(lines.map(({ ours, target, met }) => [ours, target, met]), [
    ["0.25 s", "≤ 0.6 s", true],
    ["0.70 s", undefined, undefined],
  ]);
});

Deno.test("a figure that was not measured does not get a row", () => {
  assertEquals(rows(bench([{ graphs: 3 }])), []);
});

Deno.test("a row omits the figure of the Go operator if it was not measured with this number of graphs", () => {
  const lines = rows(bench([size(50)]));
  assertEquals(lines.map(({ recorded }) => recorded).filter((text) => text !== undefined), []);
});

function bench(sizes: SizeFigures[]): BenchFigures {
  const machine = { os: "", cpu: "", cores: 2, memoryBytes: 1, loadBefore: [], loadAfter: [] };
  return { date: "", commit: "", versions: {}, machine, sizes, failures: [] };
}

function size(graphs: number): SizeFigures {
  return {
    graphs,
    bareLoop: {
      objects: graphs * 12,
      bytes: 1,
      seconds: 10,
      cpu: { apiServer: 10, etcd: 1, bench: 1, operator: 0, otherCores: 0 },
    },
    creation: creation(graphs, 12),
  };
}

function creation(graphs: number, seconds: number): NonNullable<SizeFigures["creation"]> {
  const cost = {
    seconds,
    cpu: { apiServer: 14, etcd: 2, bench: 1, operator: 5, otherCores: 0 },
    requests: { total: graphs * 15, byKind: {}, refused: {} },
  };
  return {
    untilAllExist: cost,
    untilIdle: cost,
    memory: { whenIdle: 125e6, afterRest: 120e6, peak: 130e6 },
    reconciliations: 1,
  };
}
