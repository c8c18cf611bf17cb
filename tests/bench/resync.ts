import { startOperator } from "../../devcluster/operator_process.ts";
import { untilDrained } from "../support/operator_state.ts";
import type { BenchCluster } from "./bench_cluster.ts";
import { launch, stopOperator } from "./bench_operator.ts";
import { type RequestCounts, requestCounts } from "./request_counts.ts";
import { type RestartOptions, scale } from "./restart.ts";

/** Costs of a resync when all children are up to date. A resync reconciles all graphs and components again. */
export interface ResyncFigures {
  /** Number of reconciliations of all controllers since the start of the operator, including those of the resync. */
  reconciliations: number;
  requests: RequestCounts;
}

const RESYNC = "3s";

/**
 * Starts the operator with a short resync interval. Counts reconciliations and requests until a resync has reconciled
 * all keys.
 */
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
