import type { BenchFigures, SizeFigures } from "./figures.ts";
import { GO_OPERATOR_FIGURES } from "./go_operator_figures.ts";
import { atMost, figure, type Limit, ratio, type Row } from "./row.ts";

const MEGABYTE = 1e6;
const MAX_RATIO = 1.5;
/** Limit of the mutating requests per graph on a control plane without controllers. */
const MAX_REQUESTS = 16;
const MAX_REQUESTS_UNTIL_SUCCESSFUL = 20;
const MAX_SECONDS_TO_FIRST_LIST = 0.6;
const MAX_OPERATOR_CPU_SECONDS_PER_GRAPH = 6 / 200;
/** Upper limit of the operator's memory in megabytes, by number of graphs. */
const MAX_RESIDENT: Readonly<Record<number, number>> = { 200: 100, 1000: 150 };

/** Returns the rows of the table: first the rows of each number of graphs, then the rows of the whole benchmark. */
export function rows(figures: BenchFigures): Row[] {
  return [
    ...figures.sizes.flatMap(sizeRows),
    ...growthRows(figures.sizes),
    ...convergenceRows(figures),
    ...startRows(figures),
  ];
}

function sizeRows(size: SizeFigures): Row[] {
  const { graphs, bareLoop, creation, restart, resync } = size;
  const go = GO_OPERATOR_FIGURES[graphs];
  const rows: Row[] = [];
  const add = (row: Omit<Row, "graphs" | "target" | "met">, limit?: Limit) =>
    rows.push({ ...row, graphs: figure(graphs), target: limit?.text, met: limit?.met });
  if (creation) {
    const { untilAllExist: cost, untilIdle, memory } = creation;
    const perGraph = cost.requests.total / graphs;
    add({
      figure: "mutating requests per graph until all children exist",
      recorded: recorded(go?.requestsPerGraph),
      ours: figure(perGraph),
    }, atMost(perGraph, MAX_REQUESTS));
    const inTotal = untilIdle.requests.total / graphs;
    add({
      figure: "mutating requests per graph until the operator is idle",
      ours: figure(inTotal),
    }, atMost(inTotal, MAX_REQUESTS));
    add({
      figure: "time until all Deployments and Services exist",
      recorded: recorded(go?.seconds, "s"),
      ours: figure(cost.seconds, "s"),
      ...comparison(cost.seconds, bareLoop?.seconds),
    }, ratioLimit(cost.seconds, bareLoop?.seconds));
    add({
      figure: "CPU time of the API server until all children exist",
      recorded: recorded(go?.apiServerCpuSeconds, "s"),
      ours: figure(cost.cpu.apiServer, "s"),
      ...comparison(cost.cpu.apiServer, bareLoop?.cpu.apiServer),
    }, ratioLimit(cost.cpu.apiServer, bareLoop?.cpu.apiServer));
    add({
      figure: "CPU time of the operator until all children exist",
      recorded: recorded(go?.operatorCpuSeconds, "s"),
      ours: figure(cost.cpu.operator, "s"),
      ...comparison(cost.cpu.operator, bareLoop?.cpu.bench),
    }, atMost(cost.cpu.operator, graphs * MAX_OPERATOR_CPU_SECONDS_PER_GRAPH, " s"));
    const megabytes = memory.afterRest / MEGABYTE;
    const limit = MAX_RESIDENT[graphs];
    add({
      figure: "operator memory (RSS), when idle",
      recorded: recorded(go?.residentMegabytes, "MB"),
      ours: figure(megabytes, "MB"),
    }, limit === undefined ? undefined : atMost(megabytes, limit, " MB"));
    add({ figure: "operator memory at its peak", ours: figure(memory.peak / MEGABYTE, "MB") });
  }
  if (restart) {
    add({
      figure: "mutating requests after a restart without changes",
      recorded: recorded(go?.requestsAfterRestart),
      ours: figure(restart.requests.total),
    }, atMost(restart.requests.total, 0));
    add({ figure: "time from start to ready", ours: figure(restart.secondsToReady, "s") });
  }
  if (resync) {
    add({
      figure: "mutating requests during a forced resync",
      ours: figure(resync.requests.total),
    }, atMost(resync.requests.total, 0));
  }
  return rows;
}

/** Returns the rows that compare the largest number of graphs with the smallest number. */
function growthRows(sizes: readonly SizeFigures[]): Row[] {
  const [small, large] = [sizes[0], sizes.at(-1)];
  if (!small?.creation || !large?.creation || small === large) return [];
  const [from, to] = [small.creation, large.creation];
  const graphs = `${figure(small.graphs)} → ${figure(large.graphs)}`;
  const linear = large.graphs / small.graphs;
  const growth = (measure: (size: SizeFigures) => number | undefined) => {
    const [before, after] = [measure(small), measure(large)];
    return before && after ? after / before : undefined;
  };
  const times = (value: number | undefined) => value && `${figure(value)} ×`;
  const [goFrom, goTo] = [GO_OPERATOR_FIGURES[small.graphs], GO_OPERATOR_FIGURES[large.graphs]];
  const seconds = to.untilAllExist.seconds / from.untilAllExist.seconds;
  const limit = atMost(seconds, linear, " ×");
  return [
    {
      figure: "growth of the time until all Deployments and Services exist",
      graphs,
      recorded: goFrom && goTo && `${figure(goTo.seconds / goFrom.seconds)} ×`,
      ours: `${figure(seconds)} ×`,
      bareLoop: times(growth(({ bareLoop }) => bareLoop?.seconds)) || undefined,
      target: limit.text,
      met: limit.met,
    },
    {
      figure: "growth of the operator memory",
      graphs,
      recorded: goFrom && goTo &&
        `${figure(goTo.residentMegabytes / goFrom.residentMegabytes)} ×`,
      ours: `${figure(to.memory.afterRest / from.memory.afterRest)} ×`,
    },
  ];
}

function convergenceRows({ convergence }: BenchFigures): Row[] {
  if (!convergence) return [];
  const perGraph = convergence.requests.total / convergence.graphs;
  const limit = atMost(perGraph, MAX_REQUESTS_UNTIL_SUCCESSFUL);
  return [{
    figure: "mutating requests per graph until successful (controllers and kwok)",
    graphs: figure(convergence.graphs),
    ours: figure(perGraph),
    target: limit.text,
    met: limit.met,
  }];
}

function startRows({ start }: BenchFigures): Row[] {
  if (!start) return [];
  const { bundleSeconds, sourceSeconds } = start;
  const limit = atMost(bundleSeconds, MAX_SECONDS_TO_FIRST_LIST, " s");
  return [
    {
      figure: "time from start to the first list, in a pod",
      graphs: "–",
      ours: figure(bundleSeconds, "s"),
      target: limit.text,
      met: limit.met,
    },
    {
      figure: "time from start to the first list, from source",
      graphs: "–",
      ours: figure(sourceSeconds, "s"),
    },
  ];
}

function recorded(value: number | undefined, unit?: string): string | undefined {
  return value === undefined ? undefined : figure(value, unit);
}

function comparison(ours: number, bareLoop: number | undefined): Pick<Row, "bareLoop" | "ratio"> {
  return {
    bareLoop: bareLoop === undefined ? undefined : figure(bareLoop, "s"),
    ratio: ratio(ours, bareLoop),
  };
}

function ratioLimit(ours: number, bareLoop: number | undefined): Limit | undefined {
  if (!bareLoop) return undefined;
  return { text: `≤ ${MAX_RATIO} × the bare loop`, met: ours <= MAX_RATIO * bareLoop };
}
