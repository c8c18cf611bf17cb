import type { OperatorProcess } from "../../devcluster/operator_process.ts";
import { bounded } from "../../reconcile/apply/concurrency.ts";
import { graphs as graphKind } from "../../reconcile/dynamo/resources.ts";
import { watchChildren } from "./children_watch.ts";
import { type CpuTimes, type CpuUse, cpuUse } from "./cpu_times.ts";
import type { BenchCluster } from "./bench_cluster.ts";
import { untilIdle } from "../support/operator_state.ts";
import { processFigures } from "./process_figures.ts";
import { DEADLINE_PER_GRAPH_MS, IDLE_MS, IN_FLIGHT } from "./bare_loop.ts";
import { type RequestCounts, requestCounts } from "./request_counts.ts";
import { COMPONENTS_PER_GRAPH, sampleGraph } from "./sample_graph.ts";

/** Costs since the creation of the first graph. {@link CreationFigures} defines the end of each measurement. */
export interface CostFigures {
  seconds: number;
  cpu: CpuUse;
  requests: RequestCounts;
}

export interface CreationFigures {
  /** Costs until the last Deployment and the last Service exist. */
  untilAllExist: CostFigures;
  /** Costs until the operator has been idle for two seconds. */
  untilIdle: CostFigures;
  /** Resident memory of the operator in bytes. */
  memory: { whenIdle: number; peak: number };
  reconciliations: number;
}

export async function measureCreation(
  bench: BenchCluster,
  operator: OperatorProcess,
  graphs: number,
): Promise<CreationFigures> {
  const { admin, serviceAccount, cluster: { audit } } = bench;
  const deadlineMs = graphs * DEADLINE_PER_GRAPH_MS + 60_000;
  await bench.untilIdle();
  const mark = await audit.mark();
  await using watch = await watchChildren(admin, {
    count: graphs * COMPONENTS_PER_GRAPH,
    deadlineMs,
  });
  const before = await bench.cpuTimes(operator.pid);
  const startedMs = Date.now();
  const manifests = Array.from({ length: graphs }, (_, number) => sampleGraph(number));
  await bounded(manifests, IN_FLIGHT, async (manifest) => {
    await admin.create(graphKind, manifest);
  });
  const existMs = await watch.allExist;
  const atExist = await bench.cpuTimes(operator.pid);
  const { reconciliations } = await untilIdle(operator, { idleMs: IDLE_MS, deadlineMs });
  const atIdle = await bench.cpuTimes(operator.pid);
  const idleMs = Date.now();
  const { residentBytes, peakResidentBytes } = await processFigures(operator.pid);
  const entries = await audit.entries(mark);
  const cost = (at: CpuTimes, timestampMs: number): CostFigures => ({
    seconds: (timestampMs - startedMs) / 1000,
    cpu: cpuUse(before, at),
    requests: requestCounts(serviceAccount.user, entries, timestampMs),
  });
  return {
    untilAllExist: cost(atExist, existMs),
    untilIdle: cost(atIdle, idleMs),
    memory: { whenIdle: residentBytes, peak: peakResidentBytes },
    reconciliations,
  };
}
