// @ts-types="../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { pickPorts } from "../devcluster/instance/ports.ts";
import { startOperator } from "../devcluster/operator_process.ts";
import { bounded } from "../reconcile/apply/concurrency.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { IN_FLIGHT } from "./bench/bare_loop.ts";
import { startBenchCluster } from "./bench/bench_cluster.ts";
import { launch, stopOperator } from "./bench/bench_operator.ts";
import { connectInspector } from "./bench/inspector.ts";
import { sampleGraph } from "./bench/sample_graph.ts";
import { startCallCounts, takeCallCounts } from "./support/function_calls.ts";
import { kubeconfigWithServer } from "./support/kubeconfig_with_server.ts";
import { untilIdle } from "./support/operator_state.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { createTcpProxy } from "./support/tcp_proxy.ts";

const GRAPHS = 20;
/**
 * Maximum work for one graph with three components, from its creation until the operator is idle. Each limit is about a
 * third above the measured value, because the number of reconciliations depends on the order of events.
 */
const LIMITS = {
  requests: 23,
  reconciliations: 12,
  // The next three limits do not depend on the number of reconciliations, because the operator does not repeat a
  // computation with equal inputs. Each graph needs 3 pod templates, and a hash and a drift check for each of its 12
  // children.
  "reconcile/pod/pod_template.ts podTemplate": 4,
  "reconcile/apply/plan_hash.ts hashOf": 15,
  "reconcile/apply/drift.ts drift": 15,
  "reconcile/component/plan.ts planComponent": 12,
  "reconcile/graph/plan.ts planGraph": 5.5,
  "kube/watch.ts parseEvent": 26,
  /**
   * Bytes that the API server sent over TLS: responses to writes, and watch events. The operator parses all of them.
   */
  bytes: 150_000,
};

Deno.test("the work for each new graph stays within limits", { ignore: noCluster }, async (t) => {
  await using bench = await startBenchCluster({ controllers: false });
  const { server } = bench.cluster;
  const { hostname, port: serverPort } = new URL(server);
  await using proxy = createTcpProxy({ hostname, port: Number(serverPort) });
  proxy.forward();
  const [port = 0] = pickPorts(1);
  const operator = await startOperator({
    ...launch(bench, { logFile: `${bench.cluster.folder}/logs/operator.log` }),
    kubeconfig: await kubeconfigWithServer(bench.serviceAccount.kubeconfig, {
      from: server,
      to: `https://127.0.0.1:${proxy.port}`,
    }),
    runtimeFlags: [`--inspect=127.0.0.1:${port}`],
  });
  const work = new Map<string, number>();
  {
    // Deno does not exit while the inspector is connected, so this connection ends before the operator is stopped.
    using inspector = await connectInspector(port);
    const before = await untilIdle(operator);
    const bytesBefore = proxy.receivedBytes();
    await startCallCounts(inspector);
    const manifests = Array.from({ length: GRAPHS }, (_, number) => sampleGraph(number));
    await bounded(manifests, IN_FLIGHT, async (manifest) => {
      await bench.admin.create(graphs, manifest);
    });
    const after = await untilIdle(operator, { idleMs: 3_000, deadlineMs: 120_000 });
    for (const [name, calls] of await takeCallCounts(inspector)) work.set(name, calls);
    work.set("requests", after.requests - before.requests);
    work.set("reconciliations", after.reconciliations - before.reconciliations);
    work.set("bytes", proxy.receivedBytes() - bytesBefore);
  }
  await stopOperator(operator);

  for (const [name, limit] of Object.entries(LIMITS)) {
    await t.step(name, () => {
      const perGraph = (work.get(name) ?? 0) / GRAPHS;
      console.log(`${name}: ${perGraph} per graph`);
      // A count of 0 means that the function was renamed or moved.
      assert(perGraph > 0, `"${name}" was not called: correct its name in the limits`);
      assert(perGraph <= limit, `${perGraph} per graph, the limit is ${limit}`);
    });
  }
});
