import { isRead } from "../../devcluster/audit_entry.ts";
import { startOperator } from "../../devcluster/operator_process.ts";
import { untilDrained, untilIdle } from "../support/operator_state.ts";
import { DEADLINE_PER_GRAPH_MS, IDLE_MS } from "./bare_loop.ts";
import type { BenchCluster } from "./bench_cluster.ts";
import { launch, stopOperator } from "./bench_operator.ts";
import { processFigures } from "./process_figures.ts";
import { type RequestCounts, requestCounts } from "./request_counts.ts";
import { COMPONENTS_PER_GRAPH } from "./sample_graph.ts";

/** Costs of starting the operator when all children are up to date. */
export interface RestartFigures {
  /** Time from the start of the process until the operator is ready. */
  secondsToReady: number;
  /** Time from the first list or watch request until the operator is ready. */
  secondsFromFirstList: number;
  /** Time from the start of the process until the operator has reconciled every graph and component. */
  secondsToDrained: number;
  /** CPU time of the operator until it has reconciled every graph and component. */
  operatorCpuSeconds: number;
  requests: RequestCounts;
  /** Resident memory of the idle operator, after an idle time of `restMs`. */
  residentBytes: number;
  peakResidentBytes: number;
}

export interface RestartOptions {
  graphs: number;
  logFile?: string | undefined;
  /** Idle time before the memory is measured; none by default. */
  restMs?: number;
}

export async function measureRestart(
  bench: BenchCluster,
  options: RestartOptions,
): Promise<RestartFigures> {
  const { deadlineMs, keys } = scale(options.graphs);
  const { serviceAccount: { user }, cluster: { audit } } = bench;
  const mark = await audit.mark();
  const startedMs = performance.now();
  const operator = await startOperator(launch(bench, options));
  const readyAtMs = Date.now();
  const secondsToReady = (performance.now() - startedMs) / 1000;
  await untilDrained(operator.metricsUrl, { reconciliations: keys, deadlineMs });
  const secondsToDrained = (performance.now() - startedMs) / 1000;
  const { cpuSeconds: operatorCpuSeconds } = await processFigures(operator.pid);
  await untilIdle(operator, { idleMs: IDLE_MS, deadlineMs });
  await new Promise((resolve) => setTimeout(resolve, options.restMs ?? 0));
  const { residentBytes, peakResidentBytes } = await processFigures(operator.pid);
  await stopOperator(operator);
  const entries = await audit.requests(mark);
  // The audit log contains a watch only after the watch has ended. So the operator is stopped before the log is read.
  const reads = entries.filter((entry) => entry.user === user && isRead(entry));
  const firstReadMs = Math.min(...reads.map(({ receivedAt }) => Date.parse(receivedAt)));
  return {
    secondsToReady,
    secondsFromFirstList: (readyAtMs - firstReadMs) / 1000,
    secondsToDrained,
    operatorCpuSeconds,
    requests: requestCounts(user, entries),
    residentBytes,
    peakResidentBytes,
  };
}

/** Returns the number of work queue keys of all graphs and components, and a generous timeout to reconcile them. */
export function scale(graphs: number): { keys: number; deadlineMs: number } {
  return {
    keys: graphs * (1 + COMPONENTS_PER_GRAPH),
    deadlineMs: graphs * DEADLINE_PER_GRAPH_MS + 60_000,
  };
}
