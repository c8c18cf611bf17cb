import type { BareLoopFigures } from "../bare_loop.ts";
import type { CreationFigures } from "../creation.ts";
import type { BenchFigures, Round, SizeFigures } from "../figures.ts";
import type { RequestCounts } from "../request_counts.ts";

export function benchFigures(sizes: SizeFigures[]): BenchFigures {
  const machine = { os: "", cpu: "", cores: 2, memoryBytes: 1, loadBefore: [], loadAfter: [] };
  return { date: "", commit: "", versions: {}, machine, sizes, failures: [] };
}

/** Returns figures with one round per element of `seconds`. Each element is the time until all children exist. */
export function sizeFigures(graphs: number, ...seconds: number[]): SizeFigures {
  return { graphs, rounds: seconds.map((time) => round(graphs, time)), restedBytes: 120e6 };
}

function round(graphs: number, seconds: number): Round {
  return { apply: loop(graphs, 10), post: loop(graphs, 5), creation: creation(graphs, seconds) };
}

function loop(graphs: number, seconds: number): BareLoopFigures {
  const cpu = { apiServer: seconds, etcd: 1, bench: 2, operator: 0, otherCores: 0 };
  return { objects: graphs * 12, bytes: 1, seconds, cpu };
}

function creation(graphs: number, seconds: number): CreationFigures {
  const cost = {
    seconds,
    cpu: { apiServer: 14, etcd: 2, bench: 1, operator: 5, otherCores: 0 },
    requests: requests(graphs * 18),
  };
  return {
    untilAllExist: cost,
    untilIdle: cost,
    memory: { whenIdle: 125e6, peak: 150e6 },
    reconciliations: 1,
  };
}

export function requests(total: number): RequestCounts {
  return { total, byKind: {}, refused: {} };
}
