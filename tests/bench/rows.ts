import { creationRows } from "./creation_rows.ts";
import type { BenchFigures } from "./figures.ts";
import { growthRows } from "./growth_rows.ts";
import { partRows } from "./part_rows.ts";
import { atMost, figure, type Row, targetOf } from "./row.ts";
import { TARGETS } from "./targets.ts";

export function rows(figures: BenchFigures): Row[] {
  return [
    ...figures.sizes.flatMap((size) => [...creationRows(size), ...partRows(size)]),
    ...growthRows(figures.sizes),
    ...convergenceRows(figures),
    ...startRows(figures),
  ];
}

function convergenceRows({ convergence }: BenchFigures): Row[] {
  if (!convergence) return [];
  const perGraph = convergence.requests.total / convergence.graphs;
  return [{
    figure: "mutating requests per graph until successful (controllers and kwok)",
    graphs: figure(convergence.graphs),
    ours: figure(perGraph),
    ...targetOf(atMost(perGraph, TARGETS.requestsPerGraphUntilSuccessful)),
  }];
}

function startRows({ start }: BenchFigures): Row[] {
  if (!start) return [];
  const { bundleSeconds, sourceSeconds } = start;
  return [
    {
      figure: "time from start to the first list, in a pod",
      graphs: "–",
      ours: figure(bundleSeconds, "s"),
      ...targetOf(atMost(bundleSeconds, TARGETS.secondsToFirstList, " s")),
    },
    {
      figure: "time from start to the first list, from source",
      graphs: "–",
      ours: figure(sourceSeconds, "s"),
    },
  ];
}
