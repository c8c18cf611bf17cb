// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { services } from "../kube/builtin.ts";
import { untilCalm } from "./support/until_idle.ts";
import { untilCondition, untilNoCondition } from "./support/conditions.ts";
import { FOREIGN } from "./support/foreign_objects.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { setStage } from "./support/test_environment.ts";

const INGRESS = { enabled: true, host: "chat", ingressControllerClassName: "nginx" };
const CHAT = graphOf("chat", { Frontend: frontend({ ingress: INGRESS }), Worker: worker() });
/** Far less than the time after which the operator looks by itself. */
const NOTICED_MS = 15_000;

Deno.test("what is not ours is never touched", { ignore: noCluster }, async (t) => {
  await using stage = await setStage({ account: "ownership" });

  for (const { kind, object, of } of FOREIGN) {
    await t.step(`somebody else's ${kind.kind} is named, left alone, and waited for`, async () => {
      const scene = await stage.scene();
      const { name } = object.metadata;
      const teller = of === "graph" ? { kind: graphs, name: "chat" } : { kind: components, name };
      await scene.apply(kind, object);
      await scene.apply(graphs, CHAT);

      const named = [`${kind.kind} "${scene.namespace}/${name}"`, "not owned", "delete or rename"];
      const conflict = { ...teller, type: "NameConflict", status: "True" };
      await untilCondition(scene, conflict, ...named);
      await untilCondition(
        scene,
        { kind: graphs, name: "chat", type: "Ready", status: "False" },
        ...named,
      );
      await untilCalm(stage.operator);
      const { metadata: { managedFields = [] } } = await scene.get(kind, name);
      const byUs = managedFields.filter(({ manager }) => manager === "dynamo-operator");
      assertEquals(byUs.filter(({ subresource }) => !subresource), []);

      const freedMs = performance.now();
      await scene.remove(kind, name);
      await scene.untilState("chat", "successful");
      assert(performance.now() - freedMs < NOTICED_MS, "it was not noticed that the name is free");
      await untilNoCondition(scene, teller.kind, teller.name, "NameConflict");
    });
  }

  await t.step("what a deleted graph of the same name has left is waited for", async () => {
    const scene = await stage.scene();
    await scene.apply(graphs, CHAT);
    const { metadata: { uid } } = await scene.untilState("chat", "successful");
    const held = { metadata: { finalizers: ["example.com/held"] } };
    await scene.edit(components, "chat-worker", held);
    await scene.edit(services, "chat-frontend", held);
    await scene.remove(graphs, "chat", { propagationPolicy: "Background" });
    await scene.untilGone(graphs, "chat", uid);
    await scene.apply(graphs, CHAT);
    const waiting = { kind: graphs, name: "chat", type: "Ready", status: "False" };
    const leftOver = [
      `DynamoComponentDeployment "${scene.namespace}/chat-worker" of a deleted DynamoGraphDeployment "chat"`,
      `Service "${scene.namespace}/chat-frontend" of a deleted DynamoComponentDeployment "chat-frontend"`,
    ];
    const { status } = await untilCondition(scene, waiting, ...leftOver);
    assertEquals(status?.state, "pending");

    const released = { metadata: { finalizers: null } };
    await scene.edit(components, "chat-worker", released);
    await scene.edit(services, "chat-frontend", released);
    const graph = await scene.untilState("chat", "successful");
    const component = await scene.get(components, "chat-worker");
    assertEquals(component.metadata.ownerReferences?.[0]?.uid, graph.metadata.uid);
  });
});
