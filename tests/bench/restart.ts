import { type OperatorProcess, startOperator } from "../../devcluster/operator_process.ts";
import type { BenchCluster } from "./bench_cluster.ts";
import { untilDrained, untilIdle } from "../support/operator_state.ts";
import { processFigures } from "./process_figures.ts";
import { DEADLINE_PER_GRAPH_MS, IDLE_MS } from "./bare_loop.ts";
import { type RequestCounts, requestCounts } from "./request_counts.ts";
import { COMPONENTS_PER_GRAPH } from "./sample_graph.ts";

/** Costs of a start of the operator when all children are up to date. */
export interface RestartFigures {
  /** Time from the start of the process until the operator is ready. */
  secondsToReady: number;
  /** Time from the start of the process until the operator has reconciled every graph and component. */
  secondsToDrained: number;
  /** CPU time of the operator until it has reconciled every graph and component. */
  operatorCpuSeconds: number;
  requests: RequestCounts;
  residentBytes: number;
  peakResidentBytes: number;
}

/** Costs of a resync when all children are up to date. A resync reconciles all graphs and components again. */
export interface ResyncFigures {
  /** Number of reconciliations of all controllers since the start of the operator, including those of the resync. */
  reconciliations: number;
  requests: RequestCounts;
}

export interface RestartOptions {
  graphs: number;
  logFile?: string | undefined;
}

const RESYNC = "10s";

/** Starts the operator when all children are up to date, and measures the costs until it is idle. It keeps running. */
export async function measureRestart(
  bench: BenchCluster,
  options: RestartOptions,
): Promise<RestartFigures & { operator: OperatorProcess }> {
  const { deadlineMs, keys } = scale(options.graphs);
  const mark = await bench.cluster.audit.mark();
  const startedMs = performance.now();
  const operator = await startOperator(launch(bench, options));
  const secondsToReady = (performance.now() - startedMs) / 1000;
  await untilDrained(operator.metricsUrl, { reconciliations: keys, deadlineMs });
  const secondsToDrained = (performance.now() - startedMs) / 1000;
  const { cpuSeconds: operatorCpuSeconds } = await processFigures(operator.pid);
  await untilIdle(operator, { idleMs: IDLE_MS, deadlineMs });
  const { residentBytes, peakResidentBytes } = await processFigures(operator.pid);
  const requests = requestCounts(
    bench.serviceAccount.user,
    await bench.cluster.audit.entries(mark),
  );
  return {
    secondsToReady,
    secondsToDrained,
    operatorCpuSeconds,
    requests,
    residentBytes,
    peakResidentBytes,
    operator,
  };
}

/** Starts the operator with a short resync interval, and counts its work until a resync has reconciled all keys. */
export async function measureResync(
  bench: BenchCluster,
  options: RestartOptions,
): Promise<ResyncFigures> {
  const { deadlineMs, keys } = scale(options.graphs);
  const mark = await bench.cluster.audit.mark();
  const operator = await startOperator(launch(bench, options, [`--resync=${RESYNC}`]));
  const { reconciliations } = await untilDrained(operator.metricsUrl, {
    reconciliations: 2 * keys,
    deadlineMs,
  });
  await stopOperator(operator);
  return {
    reconciliations,
    requests: requestCounts(bench.serviceAccount.user, await bench.cluster.audit.entries(mark)),
  };
}

/** Returns the options with which the benchmark starts every operator. */
export function launch(
  bench: BenchCluster,
  { logFile }: { logFile?: string | undefined },
  flags: string[] = [],
) {
  return { kubeconfig: bench.serviceAccount.kubeconfig, flags, logFile: logFile ?? "/dev/null" };
}

/** Stops an operator by SIGTERM. Throws if its exit code is not 0. */
export async function stopOperator(operator: OperatorProcess): Promise<void> {
  const code = await operator.stop();
  if (code !== 0) throw new Error(`The operator stopped with exit code ${code} after SIGTERM`);
}

function scale(graphs: number) {
  return {
    keys: graphs * (1 + COMPONENTS_PER_GRAPH),
    deadlineMs: graphs * DEADLINE_PER_GRAPH_MS + 60_000,
  };
}
