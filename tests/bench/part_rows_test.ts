// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { SizeFigures } from "./figures.ts";
import { partRows } from "./part_rows.ts";
import type { RestartFigures } from "./restart.ts";
import { requests, sizeFigures } from "./testing/bench_figures.ts";

Deno.test("the memory at rest and its ratio to the peak have targets", () => {
  const [rest, peak, ratio] = partRows(sizeFigures(200, 12));
  assertEquals([rest?.ours, rest?.target, rest?.met], ["120 MB", "≤ 75 MB", false]);
  assertEquals([peak?.ours, ratio?.ours, ratio?.met], ["150 MB", "1.25 ×", true]);
});

Deno.test("the memory without graphs has its own target", () => {
  const [empty] = partRows({ ...sizeFigures(200, 12), emptyBytes: 61e6 });
  assertEquals([empty?.ours, empty?.target, empty?.met], ["61 MB", "≤ 60 MB", false]);
});

Deno.test("one restart with a write misses the target, even if the median is 0", () => {
  const lines = rowsOf({ restarts: [restart(0), restart(0), restart(3)] });
  const [writes] = lines;
  assertEquals([writes?.ours, writes?.met], ["0 (0..3)", false]);
  assertEquals(lines.map(({ ours }) => ours).slice(1), ["0.50 s", "1.50 s", "0.75 s"]);
});

Deno.test("edits are given as median and 99th percentile", () => {
  const timesMs = Array.from({ length: 100 }, (_, index) => index + 1);
  const idle = { timesMs, reconciliations: 500 };
  const lines = rowsOf({ edits: { idle, backlog: { timesMs: [20, 40], reconciliations: 5000 } } });
  assertEquals(lines.map(({ ours }) => ours), ["50.5 ms / 99 ms", "30 ms / 40 ms"]);
});

Deno.test("the memory in an outage has a target", () => {
  const [memory, cpu, recovery] = rowsOf({
    outage: {
      seconds: 60,
      memory: { before: 90e6, peak: 110e6 },
      operatorCpuSeconds: 0.5,
      logLines: 3,
      secondsToRecover: 4,
    },
  });
  assertEquals([memory?.ours, memory?.met], ["110 MB, before 90 MB", false]);
  assertEquals([cpu?.ours, recovery?.ours], ["0.50 s / 3", "4 s"]);
});

Deno.test("foreign objects are reported by the memory that they add", () => {
  const beside = { ...restart(0), residentBytes: 108e6, peakResidentBytes: 130e6 };
  const lines = rowsOf({ foreign: { objects: 1000, without: [restart(0)], with: [beside] } });
  assertEquals(lines.map(({ ours }) => ours), ["108 MB, before 100 MB", "130 MB, before 110 MB"]);
});

Deno.test("reconciliations and requests of components that share a model are given per component", () => {
  const sharedModel = {
    components: 200,
    reconciliations: 1200,
    requests: requests(1000),
    operatorCpuSeconds: 4,
  };
  const [reconciliations, cost] = rowsOf({ sharedModel });
  assertEquals([reconciliations?.ours, reconciliations?.target, reconciliations?.met], [
    "6",
    "≤ 5",
    false,
  ]);
  assertEquals(cost?.ours, "5 / 20 ms");
});

function rowsOf(figures: Omit<SizeFigures, "graphs" | "rounds">) {
  return partRows({ graphs: 200, rounds: [], ...figures });
}

function restart(writes: number): RestartFigures {
  return {
    secondsToReady: 1.5,
    secondsFromFirstList: 0.75,
    secondsToDrained: 2,
    operatorCpuSeconds: 0.5,
    requests: requests(writes),
    residentBytes: 100e6,
    peakResidentBytes: 110e6,
  };
}
