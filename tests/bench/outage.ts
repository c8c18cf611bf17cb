import { startOperator } from "../../devcluster/operator_process.ts";
import { kubeconfigWithServer } from "../support/kubeconfig_with_server.ts";
import { untilDrained, untilIdle } from "../support/operator_state.ts";
import { createTcpProxy } from "../support/tcp_proxy.ts";
import { IDLE_MS } from "./bare_loop.ts";
import type { BenchCluster } from "./bench_cluster.ts";
import { launch, stopOperator } from "./bench_operator.ts";
import { createGraphEditor } from "./graph_editor.ts";
import { processFigures } from "./process_figures.ts";
import { scale } from "./restart.ts";

/** Behaviour of the operator while its connections to the API server are refused. */
export interface OutageFigures {
  /** Length of the outage. */
  seconds: number;
  /** Resident memory of the operator in bytes: before the outage, and its maximum during the outage. */
  memory: { before: number; peak: number };
  operatorCpuSeconds: number;
  logLines: number;
  /** Time from the end of the outage until an edit of a graph has changed its Deployment. */
  secondsToRecover: number;
}

export interface OutageOptions {
  graphs: number;
  outageSeconds: number;
  /** Idle time before the outage, so that the operator can release the memory that it needed for its start. */
  restMs: number;
}

const SAMPLE_MS = 100;

/**
 * Runs the operator behind a proxy. During the outage, the proxy closes all connections and refuses new connections.
 */
export async function measureOutage(
  bench: BenchCluster,
  { graphs, outageSeconds, restMs }: OutageOptions,
): Promise<OutageFigures> {
  const { cluster, serviceAccount } = bench;
  const { hostname, port } = new URL(cluster.server);
  await using proxy = createTcpProxy({ hostname, port: Number(port) });
  await using editor = await createGraphEditor(bench.admin);
  proxy.forward();
  const kubeconfig = await kubeconfigWithServer(serviceAccount.kubeconfig, {
    from: cluster.server,
    to: `https://127.0.0.1:${proxy.port}`,
  });
  const logFile = `${cluster.folder}/logs/outage.log`;
  const operator = await startOperator({ ...launch(bench, { logFile }), kubeconfig });
  const { keys, deadlineMs } = scale(graphs);
  await untilDrained(operator.metricsUrl, { reconciliations: keys, deadlineMs });
  await untilIdle(operator, { idleMs: IDLE_MS, deadlineMs });
  await new Promise((resolve) => setTimeout(resolve, restMs));
  const before = await processFigures(operator.pid);
  const linesBefore = await lineCount(logFile);
  proxy.close();
  const peak = await peakMemory(operator.pid, outageSeconds * 1000);
  const after = await processFigures(operator.pid);
  const logLines = await lineCount(logFile) - linesBefore;
  proxy.forward();
  const secondsToRecover = await editor.edit(0) / 1000;
  await stopOperator(operator);
  return {
    seconds: outageSeconds,
    memory: { before: before.residentBytes, peak },
    operatorCpuSeconds: after.cpuSeconds - before.cpuSeconds,
    logLines,
    secondsToRecover,
  };
}

/**
 * Samples the resident memory of a process for `timeMs`, and returns the maximum. The peak that /proc reports would
 * include the start of the process.
 */
async function peakMemory(pid: number, timeMs: number): Promise<number> {
  const endMs = performance.now() + timeMs;
  let peak = 0;
  do {
    peak = Math.max(peak, (await processFigures(pid)).residentBytes);
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  } while (performance.now() < endMs);
  return peak;
}

async function lineCount(path: string): Promise<number> {
  return (await Deno.readTextFile(path)).split("\n").length - 1;
}
