// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import { deployments, services } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { untilIdle } from "./support/operator_state.ts";
import { untilCondition, untilNoCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const paused = (value: string | null) => ({
  metadata: { annotations: { "nvidia.com/paused": value } },
});

Deno.test("a pause stops all writes except status updates", { ignore: noCluster }, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "pause" });
  const kube = await env.createNamespace();
  const replicasOf = async (name: string) => (await kube.get(deployments, name)).spec?.replicas;
  /** Calls `change`, waits until the operator is idle, and returns the operator's writes since the call. */
  const writesAfter = async (change: () => Promise<unknown>) => {
    await untilIdle(env.operator);
    const mark = await env.cluster.audit.mark();
    await change();
    await untilIdle(env.operator);
    const entries = await env.cluster.audit.entries(mark);
    return [...new Set(writesOf(env.operator.user, entries).map(requestKind))].sort();
  };

  await t.step("a graph and its components report that they are paused", async () => {
    await kube.apply(graphs, graphOf("chat", { Frontend: frontend(), Worker: worker() }));
    await kube.untilState("chat", "successful");
    const writes = await writesAfter(() => kube.edit(graphs, "chat", paused("true")));
    assertEquals(writes, [
      "patch dynamocomponentdeployments.nvidia.com/status",
      "patch dynamographdeployments.nvidia.com/status",
    ]);
    const named = { type: "Paused", status: "True" };
    await untilCondition(kube, { kind: graphs, name: "chat", ...named }, "nvidia.com/paused");
    await untilCondition(
      kube,
      { kind: components, name: "chat-worker", ...named },
      "nvidia.com/paused",
    );
  });

  await t.step(
    "during a pause the operator writes only the status, and keeps the status correct",
    async () => {
      const writes = await writesAfter(async () => {
        await kube.edit(graphs, "chat", { spec: { services: { Worker: { replicas: 2 } } } });
        await kube.edit(deployments, "chat-worker", { spec: { replicas: 3 } });
        await kube.edit(graphs, "chat", { spec: { services: { New: frontend() } } });
        await kube.delete(services, "chat-frontend");
      });
      assertEquals(writes, [
        "patch dynamocomponentdeployments.nvidia.com/status",
        "patch dynamographdeployments.nvidia.com/status",
      ]);
      assertEquals(await replicasOf("chat-worker"), 3);
      const condition = { kind: graphs, name: "chat", type: "Ready", status: "False" };
      const texts = ["chat-worker", "not up to date", "chat-new", "chat-frontend"];
      const { status, metadata } = await untilCondition(kube, condition, ...texts);
      assertEquals(status?.observedGeneration, metadata.generation);
      assertEquals(status?.services?.["Worker"]?.replicas, 3);
    },
  );

  await t.step("the operator applies all changes after the pause", async () => {
    await kube.edit(graphs, "chat", paused(null));
    await kube.untilState("chat", "successful");
    await untilNoCondition(kube, graphs, "chat", "Paused");
    await untilNoCondition(kube, components, "chat-worker", "Paused");
    await kube.get(services, "chat-frontend");
    assertEquals(await replicasOf("chat-worker"), 2);
    assertEquals(await replicasOf("chat-new"), 1);
  });

  await t.step("a single component can be paused", async () => {
    await kube.edit(components, "chat-worker", paused("true"));
    await kube.edit(graphs, "chat", { spec: { services: { Worker: { replicas: 1 } } } });
    const condition = { kind: components, name: "chat-worker", type: "Paused", status: "True" };
    await untilCondition(kube, condition);
    await untilIdle(env.operator);
    assertEquals(await replicasOf("chat-worker"), 2);
    await kube.edit(components, "chat-worker", paused(null));
    await eventually(async () => assertEquals(await replicasOf("chat-worker"), 1));
    await kube.untilState("chat", "successful");
  });

  await t.step("a paused graph can be deleted", async () => {
    await kube.edit(graphs, "chat", paused("true"));
    await kube.delete(graphs, "chat", { propagationPolicy: "Foreground" });
    await kube.untilGone(graphs, "chat");
    assertEquals(await kube.list(deployments), []);
  });
});
