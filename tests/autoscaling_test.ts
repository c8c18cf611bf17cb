// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertMatch } from "@std/assert";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import { startMetricsApi } from "../devcluster/metrics_api.ts";
import { deployments } from "../kube/builtin.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Resource } from "../kube/resource.ts";
import { components, graphs, scalingAdapters } from "../reconcile/dynamo/resources.ts";
import { conditionOf } from "../reconcile/dynamo/conditions.ts";
import { untilCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { assertInOrder, horizontalPodAutoscalers, replicasOf } from "./support/autoscaling.ts";
import { frontend, graphOf, NEW_IMAGE, worker } from "./support/graphs.ts";
import type { NamespaceClient } from "./support/namespace_client.ts";
import { untilIdle } from "./support/operator_state.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";
import { startTestOperator } from "./support/test_operator.ts";
import { recordTimeline } from "./support/timeline.ts";

const ON = { scalingAdapter: { enabled: true } };
const ADAPTER = "chat-worker";

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

function setAdapter(kube: NamespaceClient, scalingAdapter: { enabled: boolean }) {
  return kube.edit(graphs, "chat", { spec: { services: { Worker: { scalingAdapter } } } });
}

/** Returns a HorizontalPodAutoscaler that scales the adapter without delay. */
function autoscaler(metric: unknown) {
  const policies = [{ type: "Pods", value: 10, periodSeconds: 1 }];
  const behavior = { stabilizationWindowSeconds: 0, policies };
  const { apiVersion, kind } = scalingAdapters;
  return {
    apiVersion: horizontalPodAutoscalers.apiVersion,
    kind: horizontalPodAutoscalers.kind,
    metadata: { name: ADAPTER },
    spec: {
      scaleTargetRef: { apiVersion, kind, name: ADAPTER },
      ...{ minReplicas: 1, maxReplicas: 9, metrics: [metric] },
      behavior: { scaleUp: behavior, scaleDown: behavior },
    },
  };
}

const isWorker = ({ metadata }: KubeObject) => metadata.name === ADAPTER;

Deno.test("autoscalers scale a service through its scaling adapter", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "autoscaling" });
  const kube = await env.createNamespace();
  const { cluster } = env;
  const { namespace } = kube;
  await using timeline = await recordTimeline(env.client, namespace, [
    scalingAdapters,
    deployments,
  ]);
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
      graphOf("chat", { Frontend: frontend(), Worker: worker({ ...ON, replicas: 9 }, NEW_IMAGE) }),
    );
    await kube.untilState("chat", "successful");
    await untilScaled(kube, 2);
  });

  await t.step(
    "a HorizontalPodAutoscaler scales the service by the usage of its pods",
    async () => {
      await using metrics = await startMetricsApi(cluster);
      const resource = { name: "memory", target: { type: "AverageValue", averageValue: "100Mi" } };
      await kube.apply(horizontalPodAutoscalers, autoscaler({ type: "Resource", resource }));
      for (const [load, replicas] of [[450, 5], [80, 1]] as const) {
        metrics.setLoad(load);
        await untilScaled(kube, replicas);
      }
    },
  );

  await t.step("a HorizontalPodAutoscaler scales the service by an external metric", async () => {
    await using metrics = await startMetricsApi(cluster);
    const target = { type: "AverageValue", averageValue: "10" };
    const external = { metric: { name: "queued-requests" }, target };
    await kube.apply(horizontalPodAutoscalers, autoscaler({ type: "External", external }));
    for (const [load, replicas] of [[40, 4], [20, 2]] as const) {
      metrics.setLoad(load);
      await untilScaled(kube, replicas);
    }
    await kube.delete(horizontalPodAutoscalers, ADAPTER);
  });

  await t.step(
    "a paused adapter or graph keeps the replicas until the end of the pause",
    async () => {
      for (const [kind, name] of [[scalingAdapters, ADAPTER], [graphs, "chat"]] as const) {
        const pause = (value: string | null) => ({
          metadata: { annotations: { "nvidia.com/paused": value } },
        });
        const { spec: before } = await kube.get(deployments, ADAPTER);
        const replicas = (before?.replicas ?? 0) + 1;
        const object: Resource<KubeObject> = kind;
        await kube.edit(object, name, pause("true"));
        await untilCondition(kube, {
          ...{ kind: scalingAdapters, name: ADAPTER, type: "Paused", status: "True" },
        });
        await kubectl("scale", `dgdsa/${ADAPTER}`, `--replicas=${replicas}`);
        await untilCondition(kube, {
          ...{ kind: scalingAdapters, name: ADAPTER, type: "Ready", status: "False" },
        }, "has not written the replicas");
        await untilIdle(env.operator);
        assertEquals((await kube.get(deployments, ADAPTER)).spec?.replicas, before?.replicas);
        await kube.edit(object, name, pause(null));
        await untilScaled(kube, replicas);
      }
    },
  );

  await t.step("disabling the adapter keeps the replicas, and enabling it again too", async () => {
    await kubectl("scale", `dgdsa/${ADAPTER}`, "--replicas=3");
    await setAdapter(kube, { enabled: false });
    await kube.untilGone(scalingAdapters, ADAPTER);
    await kube.untilState("chat", "successful");
    assertEquals((await kube.get(deployments, ADAPTER)).spec?.replicas, 3);
    await setAdapter(kube, { enabled: true });
    await untilScaled(kube, 3);
  });

  await t.step("the adapter of a removed service is deleted", async () => {
    await kube.edit(graphs, "chat", { spec: { services: { Worker: null } } });
    await kube.untilGone(scalingAdapters, ADAPTER);
    await kube.untilState("chat", "successful");
  });

  await t.step("no replicas were lost or applied twice", async () => {
    await timeline.stop();
    const wanted = replicasOf(timeline.versions(scalingAdapters));
    assertInOrder(replicasOf(timeline.versions(deployments).filter(isWorker)), wanted);
  });

  await t.step("a ready adapter causes no write, also after a restart", async () => {
    await kube.edit(graphs, "chat", {
      spec: { services: { Worker: worker({ ...ON, replicas: 2 }) } },
    });
    await untilScaled(kube, 2);
    await kube.untilState("chat", "successful");
    await untilIdle(env.operator);
    await env.operator.stop();
    const mark = await cluster.audit.mark();
    await using second = await startTestOperator(cluster, { serviceAccount: "autoscaling" });
    await untilIdle(second);
    const writes = writesOf(second.user, await cluster.audit.entries(mark))
      .filter((entry) => entry.namespace === namespace);
    assertEquals(writes.map(requestKind), []);
  });
});
