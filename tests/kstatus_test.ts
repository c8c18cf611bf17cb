// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { KubeObject } from "../kube/object.ts";
import type { Resource } from "../kube/resource.ts";
import { components, graphs, partitionJobs } from "../reconcile/dynamo/resources.ts";
import { kstatus } from "../reconcile/testing/kstatus.ts";
import { conditionOf } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import { createNamespace, type NamespaceClient } from "./support/namespace_client.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";
import { recordTimeline } from "./support/timeline.ts";

Deno.test("an object that no operator has observed is in progress for kstatus", {
  ignore: noCluster,
}, async () => {
  const cluster = await sharedCluster();
  using admin = await connectAdmin(cluster);
  const kube = await createNamespace(admin.client);
  const component = {
    apiVersion: components.apiVersion,
    kind: components.kind,
    metadata: { name: "a" },
    spec: worker({ dynamoNamespace: "mine" }),
  };
  const deletion = {
    apiVersion: partitionJobs.apiVersion,
    kind: partitionJobs.kind,
    metadata: { name: "a" },
    spec: { tableName: "Orders", partitionValue: "a" },
  };
  await assertUnobserved(kube, graphs, graphOf("a", { Frontend: frontend() }));
  await assertUnobserved(kube, components, component);
  await assertUnobserved(kube, partitionJobs, deletion);
  const graph = JSON.stringify(graphOf("b", { Frontend: frontend() }));
  const apply = ["apply", "-n", kube.namespace, "-f", "-"];
  await cluster.kubectl(apply, graph);
  assertStringIncludes(await cluster.kubectl(apply, graph), "unchanged");
  assertEquals(await cluster.kubectl(["diff", "-n", kube.namespace, "-f", "-"], graph), "");
  await cluster.kubectl(["delete", "namespace", kube.namespace, "--wait=false"]);
});

Deno.test("kstatus and kubectl wait report the real state of graphs and components", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "kstatus" });
  const kube = await env.createNamespace();
  const wait = (...target: string[]) =>
    env.cluster.kubectl([
      "wait",
      "-n",
      kube.namespace,
      "--for=condition=Ready",
      "--timeout=60s",
      ...target,
    ]);

  await t.step("a graph is current only when it is successful", async () => {
    await using timeline = await recordTimeline(env.client, kube.namespace, [graphs, components]);
    await kube.apply(graphs, graphOf("chat", { Frontend: frontend(), Worker: worker() }));
    await wait("dgd/chat");
    await wait("dcd/chat-frontend", "dcd/chat-worker");
    await kube.edit(graphs, "chat", { spec: { services: { Worker: { replicas: 2 } } } });
    await kube.untilState("chat", "successful");
    await timeline.stop();
    const seen = new Set<string>();
    for (const graph of timeline.versions(graphs)) {
      const { metadata: { generation }, status } = graph;
      const isReady = status?.state === "successful" && status.observedGeneration === generation;
      assertEquals(kstatus(graph), isReady ? "Current" : "InProgress", JSON.stringify(status));
      seen.add(kstatus(graph));
    }
    assertEquals([...seen].sort(), ["Current", "InProgress"]);
    for (const component of timeline.versions(components)) {
      const { metadata: { generation }, status } = component;
      const isReady = conditionOf(component, "Available")?.status === "True" &&
        status?.observedGeneration === generation;
      assertEquals(kstatus(component), isReady ? "Current" : "InProgress", JSON.stringify(status));
    }
  });

  await t.step("a graph that cannot become ready by itself has failed", async () => {
    const pvcs = [{ name: "absent" }];
    await kube.apply(graphs, graphOf("broken", { Frontend: frontend() }, { pvcs }));
    await eventually(async () => {
      const graph = await kube.get(graphs, "broken");
      assertEquals(kstatus(graph), "Failed", JSON.stringify(graph.status));
      assertStringIncludes(conditionOf(graph, "Stalled")?.message ?? "", "spec.pvcs[0].name");
    });
  });
});

/**
 * Applies a manifest twice. Fails unless kstatus computes "InProgress" each time, and the generation stays the same.
 */
async function assertUnobserved<T extends KubeObject>(
  kube: NamespaceClient,
  resource: Resource<T>,
  manifest: KubeObject,
): Promise<void> {
  const created = await kube.apply(resource, manifest);
  const again = await kube.apply(resource, manifest);
  const read = await kube.get(resource, manifest.metadata.name);
  assertEquals([created, again, read].map(kstatus), Array(3).fill("InProgress"), manifest.kind);
  assertEquals(again.metadata.generation, created.metadata.generation);
}
