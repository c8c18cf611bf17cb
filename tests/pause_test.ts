// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import { deployments, services } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { untilCalm } from "./support/until_idle.ts";
import { untilCondition, untilNoCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { setStage } from "./support/test_environment.ts";

const paused = (value: string | null) => ({
  metadata: { annotations: { "nvidia.com/paused": value } },
});

Deno.test("a pause stops all writes but those of status", { ignore: noCluster }, async (t) => {
  await using stage = await setStage({ account: "pause" });
  const scene = await stage.scene();
  const replicasOf = async (name: string) => (await scene.get(deployments, name)).spec?.replicas;
  /** The requests of the operator that follow from `change`. */
  const writesAfter = async (change: () => Promise<unknown>) => {
    await untilCalm(stage.operator);
    const mark = await stage.cluster.audit.mark();
    await change();
    await untilCalm(stage.operator);
    const entries = await stage.cluster.audit.entries(mark);
    return [...new Set(writesOf(stage.operator.user, entries).map(requestKind))].sort();
  };

  await t.step("a graph and its components say that they are paused", async () => {
    await scene.apply(graphs, graphOf("chat", { Frontend: frontend(), Worker: worker() }));
    await scene.untilState("chat", "successful");
    const writes = await writesAfter(() => scene.edit(graphs, "chat", paused("true")));
    assertEquals(writes, [
      "patch dynamocomponentdeployments.nvidia.com/status",
      "patch dynamographdeployments.nvidia.com/status",
    ]);
    const named = { type: "Paused", status: "True" };
    await untilCondition(scene, { kind: graphs, name: "chat", ...named }, "nvidia.com/paused");
    await untilCondition(
      scene,
      { kind: components, name: "chat-worker", ...named },
      "nvidia.com/paused",
    );
  });

  await t.step("nothing is written whatever happens, and the status stays true", async () => {
    const writes = await writesAfter(async () => {
      await scene.edit(graphs, "chat", { spec: { services: { Worker: { replicas: 2 } } } });
      await scene.edit(deployments, "chat-worker", { spec: { replicas: 3 } });
      await scene.edit(graphs, "chat", { spec: { services: { New: frontend() } } });
      await scene.remove(services, "chat-frontend");
    });
    assertEquals(writes, [
      "patch dynamocomponentdeployments.nvidia.com/status",
      "patch dynamographdeployments.nvidia.com/status",
    ]);
    assertEquals(await replicasOf("chat-worker"), 3);
    const said = { kind: graphs, name: "chat", type: "Ready", status: "False" };
    const texts = ["chat-worker", "not up to date", "chat-new", "chat-frontend"];
    const { status, metadata } = await untilCondition(scene, said, ...texts);
    assertEquals(status?.observedGeneration, metadata.generation);
    assertEquals(status?.services?.["Worker"]?.replicas, 3);
  });

  await t.step("after the pause all is made up for", async () => {
    await scene.edit(graphs, "chat", paused(null));
    await scene.untilState("chat", "successful");
    await untilNoCondition(scene, graphs, "chat", "Paused");
    await untilNoCondition(scene, components, "chat-worker", "Paused");
    await scene.get(services, "chat-frontend");
    assertEquals(await replicasOf("chat-worker"), 2);
    assertEquals(await replicasOf("chat-new"), 1);
  });

  await t.step("a component can be paused alone", async () => {
    await scene.edit(components, "chat-worker", paused("true"));
    await scene.edit(graphs, "chat", { spec: { services: { Worker: { replicas: 1 } } } });
    const said = { kind: components, name: "chat-worker", type: "Paused", status: "True" };
    await untilCondition(scene, said);
    await untilCalm(stage.operator);
    assertEquals(await replicasOf("chat-worker"), 2);
    await scene.edit(components, "chat-worker", paused(null));
    await eventually(async () => assertEquals(await replicasOf("chat-worker"), 1));
    await scene.untilState("chat", "successful");
  });

  await t.step("a paused graph can be deleted", async () => {
    await scene.edit(graphs, "chat", paused("true"));
    await scene.remove(graphs, "chat", { propagationPolicy: "Foreground" });
    await scene.untilGone(graphs, "chat");
    assertEquals(await scene.list(deployments), []);
  });
});
