import { startOperator } from "../../devcluster/operator_process.ts";
import { measureCreation } from "./creation.ts";
import type { SizeFigures } from "./figures.ts";
import { type BenchCluster, startBenchCluster } from "./bench_cluster.ts";
import { measureBareLoop } from "./bare_loop.ts";
import { launch, measureRestart, measureResync, stopOperator } from "./restart.ts";

/** Idle time before memory is measured again. By then V8 has returned memory to the system twice. */
const REST_MS = 30_000;

/** Calls `measure`; if it throws, reports the failure under `name` and returns undefined. */
export type Attempt = <T>(name: string, measure: () => Promise<T>) => Promise<T | undefined>;

/** Measures the operator with this number of graphs, and the baseline (`bare_loop.ts`), each on a new control plane. */
export async function measureSize(
  graphs: number,
  attempt: Attempt,
  logFile: string | undefined,
): Promise<SizeFigures> {
  const figures: SizeFigures = { graphs };
  await attempt(`${graphs} graphs, bare loop`, async () => {
    await using bench = await startBenchCluster({ controllers: false });
    figures.bareLoop = await measureBareLoop(bench, graphs);
  });
  await attempt(`${graphs} graphs, operator`, async () => {
    await using bench = await startBenchCluster({ controllers: false });
    await measureOperator(bench, figures, { attempt, restMs: REST_MS, logFile });
  });
  return figures;
}

/** Measures the creation of graphs, then a restart and a resync with these graphs. Stores the results in `figures`. */
export async function measureOperator(
  bench: BenchCluster,
  figures: SizeFigures,
  { attempt, restMs, logFile }: {
    attempt: Attempt;
    restMs: number;
    logFile?: string | undefined;
  },
): Promise<void> {
  const { graphs } = figures;
  const first = await startOperator(launch(bench, { logFile }));
  try {
    figures.creation = await measureCreation(bench, first, { graphs, restMs });
  } finally {
    await stopOperator(first);
  }
  await attempt(`${graphs} graphs, restart`, async () => {
    const { operator, ...restart } = await measureRestart(bench, { graphs, logFile });
    figures.restart = restart;
    await stopOperator(operator);
  });
  await attempt(`${graphs} graphs, resync`, async () => {
    figures.resync = await measureResync(bench, { graphs, logFile });
  });
}
