// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertMatch } from "@std/assert";
import { startMetricsApi } from "../devcluster/metrics_api.ts";
import { deployments, pods } from "../kube/builtin.ts";
import { components, graphs, scalingAdapters } from "../reconcile/dynamo/resources.ts";
import { conditionOf } from "../reconcile/dynamo/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, NEW_IMAGE, worker } from "./support/graphs.ts";
import type { NamespaceClient } from "./support/namespace_client.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const ON = { scalingAdapter: { enabled: true } };
const ADAPTER = "chat-worker";

/** Waits until the adapter, the graph, the component, the Deployment and its pods have this number of replicas. */
async function untilScaled(kube: NamespaceClient, replicas: number): Promise<void> {
  await eventually(async () => {
    const adapter = await kube.get(scalingAdapters, ADAPTER);
    const { spec } = await kube.get(graphs, "chat");
    const deployment = await kube.get(deployments, ADAPTER);
    assertEquals({
      adapter: adapter.spec.replicas,
      status: adapter.status?.replicas,
      graph: spec.services?.["Worker"]?.replicas ?? 1,
      component: (await kube.get(components, ADAPTER)).spec.replicas,
      deployment: deployment.spec?.replicas,
      ready: deployment.status?.readyReplicas ?? 0,
    }, {
      adapter: replicas,
      status: replicas,
      graph: replicas,
      component: replicas,
      deployment: replicas,
      ready: replicas,
    });
  });
}

Deno.test("autoscalers scale a service through its scaling adapter", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "autoscaling" });
  const kube = await env.createNamespace();
  const { cluster } = env;
  const { namespace } = kube;
  const kubectl = (...args: string[]) => cluster.kubectl([...args, "-n", namespace]);

  await t.step("the adapter starts with the replicas of the service", async () => {
    await kube.apply(
      graphs,
      graphOf("chat", { Frontend: frontend(), Worker: worker({ ...ON, replicas: 2 }) }),
    );
    await kube.untilState("chat", "successful");
    await untilScaled(kube, 2);
    const adapter = await kube.get(scalingAdapters, ADAPTER);
    assertEquals(conditionOf(adapter.status, "Ready")?.status, "True");
    assertEquals((await kube.list(scalingAdapters)).length, 1);
  });

  await t.step("kubectl scales the service up, to zero and back", async () => {
    for (const replicas of [3, 0, 2]) {
      await kubectl("scale", `dgdsa/${ADAPTER}`, `--replicas=${replicas}`);
      await untilScaled(kube, replicas);
    }
    const { status } = await kube.get(scalingAdapters, ADAPTER);
    assertMatch(status?.lastScaleTime ?? "", /^\d{4}-/);
    const selected = await kubectl("get", "pods", "-l", status?.selector ?? "", "-o", "name");
    assertEquals(selected.trim().split("\n").length, 2);
  });

  await t.step("an edit of the graph does not revert the replicas", async () => {
    await kube.apply(
      graphs,
      graphOf("chat", { Frontend: frontend(), Worker: worker({ ...ON, replicas: 1 }, NEW_IMAGE) }),
    ).catch(() => undefined);
    await untilScaled(kube, 2);
  });
  void pods;
  void startMetricsApi;
});
