import type { Round, SizeFigures } from "./figures.ts";
import { GO_OPERATOR_FIGURES } from "./go_operator_figures.ts";
import { atMost, figure, ratio, type Row, targetOf } from "./row.ts";
import { spread } from "./spread.ts";
import { TARGETS } from "./targets.ts";

/** Returns the rows that compare the figures for the largest number of graphs with those for the smallest number. */
export function growthRows(sizes: readonly SizeFigures[]): Row[] {
  const [small, large] = [sizes[0], sizes.at(-1)];
  if (!small || !large || small === large) return [];
  const graphs = `${figure(small.graphs)} → ${figure(large.graphs)}`;
  const growth = (of: (size: SizeFigures) => number | undefined) => {
    const [from, to] = [of(small), of(large)];
    return from && to ? to / from : undefined;
  };
  const medianGrowth = (of: (round: Round) => number | undefined) =>
    growth(({ rounds }) => spread(rounds.flatMap((round) => of(round) ?? []))?.median);
  const times = (value: number | undefined) => ratio(value ?? 0, 1);
  const [goFrom, goTo] = [GO_OPERATOR_FIGURES[small.graphs], GO_OPERATOR_FIGURES[large.graphs]];
  const recorded = (of: (go: NonNullable<typeof goFrom>) => number) =>
    goFrom && goTo && times(of(goTo) / of(goFrom));

  const seconds = medianGrowth(({ creation }) => creation?.untilAllExist.seconds);
  const cpu = medianGrowth(({ creation }) => creation?.untilAllExist.cpu.operator);
  const memory = growth(({ restedBytes }) => restedBytes);
  const linear = large.graphs / small.graphs;
  const loop = (method: "apply" | "post") =>
    medianGrowth(({ [method]: figures }) => figures?.seconds);
  const [apply, post] = [loop("apply"), loop("post")];
  const rows: (Row | undefined)[] = [
    seconds && {
      figure: "growth of the time until all Deployments and Services exist",
      graphs,
      recorded: recorded((go) => go.seconds),
      ours: figure(seconds, "×"),
      apply: apply && figure(apply, "×"),
      post: post && figure(post, "×"),
      ...targetOf(atMost(seconds, linear, " ×")),
    },
    cpu && {
      figure: "growth of the CPU time of the operator per graph",
      graphs,
      recorded: recorded((go) => go.operatorCpuSeconds / linear),
      ours: figure(cpu / linear, "×"),
      ...targetOf(atMost(cpu / linear, TARGETS.cpuPerGraphGrowth, " ×")),
    },
    memory && {
      figure: "growth of the operator memory at rest",
      graphs,
      recorded: recorded((go) => go.residentMegabytes),
      ours: figure(memory, "×"),
    },
  ].map((row) => row || undefined);
  return rows.filter((row) => row !== undefined);
}
