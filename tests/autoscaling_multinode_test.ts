/** Tests scaling adapters of multinode services, both on LeaderWorkerSets and on Grove. */
// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { lws } from "../devcluster/addons/lws.ts";
import type { Cluster } from "../devcluster/cluster.ts";
import { startCluster } from "../devcluster/start_cluster.ts";
import { graphs, scalingAdapters } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import { startGroveEnvironment } from "./support/grove/grove_environment.ts";
import { installCrds } from "./support/installation.ts";
import { multinodeWorker } from "./support/multinode.ts";
import { createNamespace, type NamespaceClient } from "./support/namespace_client.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestOperator } from "./support/test_operator.ts";

const ON = { scalingAdapter: { enabled: true } };

Deno.test("an adapter scales a service on LeaderWorkerSets and selects the leaders", {
  // The test starts its own control plane, because other tests expect an API server without LeaderWorkerSets.
  ignore: noCluster,
}, async () => {
  await using cluster = await startCluster();
  await installCrds(cluster);
  await lws(cluster);
  using admin = await connectAdmin(cluster);
  await using _operator = await startTestOperator(cluster, { serviceAccount: "autoscaling-lws" });
  const kube = await createNamespace(admin.client);
  await kube.apply(graphs, graphOf("chat", { Frontend: frontend(), Ray: multinodeWorker(ON) }));
  await kube.untilState("chat", "successful");
  for (const [replicas, leaders] of LEADERS.lws) {
    await scale(kube, cluster, "ray", replicas, leaders);
  }
});

Deno.test("an adapter scales services on Grove and selects the leaders", {
  ignore: noCluster,
}, async () => {
  await using env = await startGroveEnvironment("autoscaling-grove");
  const { kube, cluster } = env;
  const { grove: _grove, webhooks: _webhooks } = await env.installGrove();
  const services = {
    Worker: worker(ON),
    Decode: worker({ componentType: "decode", multinode: { nodeCount: 2 }, ...ON }),
  };
  await kube.apply(graphs, graphOf("chat", services));
  await kube.untilState("chat", "successful");
  for (const [replicas, cliques] of LEADERS.grove) {
    await scale(kube, cluster, "decode", replicas, cliques);
  }
  for (const replicas of [3, 0, 1]) {
    const cliques = Array.from({ length: replicas }, () => "chat-0-worker");
    await scale(kube, cluster, "worker", replicas, cliques);
  }
});

/**
 * Replica counts that the test sets on each orchestrator. Each count has a list: the name prefixes of the pods that the
 * adapter's selector must then match.
 */
const LEADERS = {
  lws: [[3, ["chat-ray-0-0", "chat-ray-1-0", "chat-ray-2-0"]], [0, []], [1, ["chat-ray-0-0"]]],
  grove: [
    [2, ["chat-0-decode-0-decode-ldr", "chat-0-decode-1-decode-ldr"]],
    [0, []],
    [1, ["chat-0-decode-0-decode-ldr"]],
  ],
} as const;

/** Scales a service. Waits until the graph is ready and the adapter's selector matches exactly the expected pods. */
async function scale(
  kube: NamespaceClient,
  { kubectl }: Pick<Cluster, "kubectl">,
  service: string,
  replicas: number,
  expected: readonly string[],
): Promise<void> {
  const { namespace } = kube;
  const adapter = `chat-${service}`;
  await kubectl(["scale", `dgdsa/${adapter}`, `--replicas=${replicas}`, "-n", namespace]);
  await eventually(async () => {
    const { status } = await kube.get(scalingAdapters, adapter);
    assertEquals(status?.replicas, replicas);
    const found = await kubectl([
      ...["get", "pods", "-n", namespace, "-l", status?.selector ?? "absent"],
      "--output=jsonpath={.items[*].metadata.name}",
    ]);
    const names = found.split(" ").filter((name) => name !== "").sort();
    assertEquals(names.length, expected.length, found);
    for (const [index, name] of names.entries()) {
      assertEquals(name.startsWith(expected[index] ?? ""), true, found);
    }
  });
  const graph = await kube.untilState("chat", "successful");
  const counts = Object.entries(graph.status?.services ?? {})
    .find(([name]) => name.toLowerCase() === service)?.[1];
  assertEquals(counts?.replicas ?? 0, replicas);
}
