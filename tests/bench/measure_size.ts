import { startOperator } from "../../devcluster/operator_process.ts";
import { type BareMethod, measureBareLoop } from "./bare_loop.ts";
import { type BenchCluster, startBenchCluster } from "./bench_cluster.ts";
import { launch, stopOperator } from "./bench_operator.ts";
import { measureCreation } from "./creation.ts";
import type { Round, SizeFigures } from "./figures.ts";
import { measureParts, type PartOptions } from "./measure_parts.ts";
import { processFigures } from "./process_figures.ts";

export interface SizeOptions extends PartOptions {
  rounds: number;
  /** Command that starts the operator. If absent, the operator runs from source. */
  program?: readonly string[] | undefined;
}

/**
 * Measures the creation of graphs with and without the operator in several rounds. Each round uses one new control
 * plane for the operator, and one for the loops without the operator. Then measures the remaining parts, such as
 * restarts, with the graphs of the last round.
 */
export async function measureSize(graphs: number, options: SizeOptions): Promise<SizeFigures> {
  const { rounds, program, attempt } = options;
  const figures: SizeFigures = { graphs, rounds: [] };
  for (let number = 1; number <= rounds; number++) {
    const round: Round = {};
    figures.rounds.push(round);
    const name = `${graphs} graphs, round ${number} of ${rounds}`;
    await attempt(`${name}, bare loops`, async () => {
      await using bench = await startBenchCluster({ controllers: false });
      for (const method of methodsOf(number)) {
        round[method] = await measureBareLoop(bench, graphs, method);
      }
    });
    await attempt(`${name}, operator`, async () => {
      await using bench = await startBenchCluster({ controllers: false, program });
      const isLast = number === rounds;
      await measureOperator(bench, figures, round, {
        ...options,
        restMs: isLast ? options.restMs : 0,
      });
      if (isLast) await measureParts(bench, figures, options);
    });
  }
  return figures;
}

/**
 * Alternates the order of the two methods between rounds, because the caches of the API server are warm for the second
 * method.
 */
function methodsOf(round: number): BareMethod[] {
  return round % 2 === 1 ? ["apply", "post"] : ["post", "apply"];
}

/**
 * Measures the creation of graphs while an operator runs, and the memory of the operator before and after the creation.
 * `restMs` is the idle time before each measurement of memory. If `restMs` is 0, the memory is not measured.
 */
export async function measureOperator(
  bench: BenchCluster,
  figures: SizeFigures,
  round: Round,
  { logFile, restMs }: { logFile?: string | undefined; restMs: number },
): Promise<void> {
  const operator = await startOperator(launch(bench, { logFile }));
  const restedBytes = async () => {
    await new Promise((resolve) => setTimeout(resolve, restMs));
    return (await processFigures(operator.pid)).residentBytes;
  };
  try {
    if (restMs > 0) figures.emptyBytes = await restedBytes();
    round.creation = await measureCreation(bench, operator, figures.graphs);
    if (restMs > 0) figures.restedBytes = await restedBytes();
  } finally {
    await stopOperator(operator);
  }
}
