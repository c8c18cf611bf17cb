import { startOperator } from "../../devcluster/operator_process.ts";
import type { Client } from "../../kube/client.ts";
import { bounded } from "../../reconcile/apply/concurrency.ts";
import { graphs as graphKind } from "../../reconcile/dynamo/resources.ts";
import type { BenchCluster } from "./bench_cluster.ts";
import { untilIdle } from "../support/operator_state.ts";
import { DEADLINE_PER_GRAPH_MS, IDLE_MS, IN_FLIGHT } from "./bare_loop.ts";
import { type RequestCounts, requestCounts } from "./request_counts.ts";
import { launch, stopOperator } from "./bench_operator.ts";
import { BENCH_NAMESPACE, sampleGraph } from "./sample_graph.ts";

/** Costs until all graphs are `successful`, on a control plane with controllers, a scheduler and simulated nodes. */
export interface ConvergenceFigures {
  graphs: number;
  /** Time from the first create request until the last graph is successful. */
  seconds: number;
  /** Number of mutating requests that the operator sent before it became idle. */
  requests: RequestCounts;
}

export async function measureConvergence(
  bench: BenchCluster,
  graphs: number,
  logFile: string | undefined,
): Promise<ConvergenceFigures> {
  const { admin, serviceAccount, cluster: { audit } } = bench;
  const deadlineMs = graphs * DEADLINE_PER_GRAPH_MS + 120_000;
  const operator = await startOperator(launch(bench, { logFile }));
  const mark = await audit.mark();
  const startedMs = Date.now();
  const successful = untilSuccessful(admin, graphs, AbortSignal.timeout(deadlineMs));
  const manifests = Array.from({ length: graphs }, (_, number) => sampleGraph(number));
  await bounded(manifests, IN_FLIGHT, async (manifest) => {
    await admin.create(graphKind, manifest);
  });
  const seconds = (await successful - startedMs) / 1000;
  await untilIdle(operator, { idleMs: IDLE_MS, deadlineMs });
  const requests = requestCounts(serviceAccount.user, await audit.entries(mark));
  await stopOperator(operator);
  return { graphs, seconds, requests };
}

async function untilSuccessful(
  client: Client,
  count: number,
  signal: AbortSignal,
): Promise<number> {
  const namespace = BENCH_NAMESPACE;
  const states = new Map<string, string | undefined>();
  for await (
    const event of client.watch(graphKind, { namespace, sendInitialEvents: true, signal })
  ) {
    if (event.type === "ERROR") throw event.error;
    if (event.type === "BROKEN") throw event.error;
    if (!("object" in event)) continue;
    states.set(event.object.metadata.name, event.object.status?.state);
    const done = [...states.values()].filter((state) => state === "successful").length;
    if (done === count) return Date.now();
  }
  const done = [...states.values()].filter((state) => state === "successful").length;
  throw new Error(`Only ${done} of ${count} graphs became successful in time`);
}
