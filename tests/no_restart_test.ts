// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { eventually } from "./support/eventually.ts";
import { untilGarbageCollectorRuns } from "./support/garbage_collector.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import { HARMLESS_CHANGES, pick } from "./support/harmless_changes.ts";
import { createNamespace, type NamespaceClient } from "./support/namespace_client.ts";
import { replicaSets } from "./support/namespace_objects.ts";
import { untilIdle } from "./support/operator_state.ts";
import { seededRandom, seedOfRun } from "./support/seeded_random.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { startTestOperator } from "./support/test_operator.ts";

const CHANGES = 40;
/** The test runs once for each discovery backend, because the backend determines the ServiceAccount of the pods. */
const BACKENDS = ["kubernetes", "etcd"] as const;

Deno.test(
  "only a change of the spec replaces pods",
  { ignore: noCluster },
  async (t) => {
    const cluster = await sharedCluster();
    using admin = await connectAdmin(cluster);
    const flags = ["--leader-elect=false"];
    const start = () => startTestOperator(cluster, { serviceAccount: "no-restart", flags });
    let operator = await start();
    await using cleanUp = new AsyncDisposableStack();
    cleanUp.defer(() => operator[Symbol.asyncDispose]());

    for (const backend of BACKENDS) {
      await t.step(`with the discovery backend ${backend}`, async () => {
        const kube = await createNamespace(admin.client);
        await untilGarbageCollectorRuns(kube);
        const graph = graphOf("chat", { Frontend: frontend(), Worker: worker({ replicas: 2 }) });
        const annotations = { "nvidia.com/dynamo-discovery-backend": backend };
        const manifest = { ...graph, metadata: { ...graph.metadata, annotations } };
        await kube.apply(graphs, manifest);
        await kube.untilState("chat", "successful");
        const before = await replicaSetNames(kube);

        const seed = seedOfRun();
        console.log(`DYNAMO_TEST_SEED=${seed}`);
        const random = seededRandom(seed);
        for (let count = 0; count < CHANGES; count++) {
          if (random() < 0.08) {
            await operator.stop();
            operator = await start();
          }
          const change = pick(HARMLESS_CHANGES, random);
          await change.make(kube, random);
          // Some changes delete the graph and orphan its children. The test then applies the graph again.
          if (!await kube.find(graphs, "chat")) await kube.apply(graphs, manifest);
          // After about half of the changes, the test does not wait for the operator.
          if (random() < 0.5) continue;
          await untilIdle(operator);
          assertEquals(await replicaSetNames(kube), before, `after: ${change.name}`);
        }
        await untilIdle(operator);
        await eventually(() => kube.untilState("chat", "successful"));
        assertEquals(await replicaSetNames(kube), before);
        await kube.delete(graphs, "chat");
      });
    }
  },
);

async function replicaSetNames(kube: NamespaceClient): Promise<string[]> {
  return (await kube.list(replicaSets)).map(({ metadata }) => metadata.name).sort();
}
