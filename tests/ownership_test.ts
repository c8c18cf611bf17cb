// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { type RoleBinding, roleBindings, services } from "../kube/builtin.ts";
import { untilIdle } from "./support/operator_state.ts";
import { untilCondition, untilNoCondition } from "./support/conditions.ts";
import { FOREIGN } from "./support/foreign_objects.ts";
import { untilGarbageCollectorRuns } from "./support/garbage_collector.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, planner, worker } from "./support/graphs.ts";
import { PLANNER_ROLE } from "./support/installation.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const INGRESS = { enabled: true, host: "chat", ingressControllerClassName: "nginx" };
const CHAT = graphOf("chat", { Frontend: frontend({ ingress: INGRESS }), Worker: worker() });
/** Timeout for the operator to detect the deletion of a foreign object, far shorter than the resync interval. */
const DETECTED_MS = 15_000;

Deno.test("the operator never changes a foreign object", { ignore: noCluster }, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "ownership" });
  await untilGarbageCollectorRuns(await env.createNamespace());

  for (const { kind, object, of } of FOREIGN) {
    await t.step(
      `the operator reports a foreign ${kind.kind}, does not change it, and waits for its deletion`,
      async () => {
        const kube = await env.createNamespace();
        const { name } = object.metadata;
        const reporter = of === "graph"
          ? { kind: graphs, name: "chat" }
          : { kind: components, name };
        await kube.apply(kind, object);
        await kube.apply(graphs, CHAT);

        const named = [
          `${kind.kind} "${kube.namespace}/${name}"`,
          "is not owned by",
          "(it has no owner)",
          `delete the ${kind.kind}, or rename the`,
        ];
        const conflict = { ...reporter, type: "NameConflict", status: "True" };
        await untilCondition(kube, conflict, ...named);
        await untilCondition(
          kube,
          { kind: graphs, name: "chat", type: "Ready", status: "False" },
          ...named,
        );
        await untilIdle(env.operator);
        const { metadata: { managedFields = [] } } = await kube.get(kind, name);
        const ownFields = managedFields.filter(({ manager }) => manager === "dynamo-operator");
        assertEquals(ownFields.filter(({ subresource }) => !subresource), []);

        const deletedMs = performance.now();
        await kube.delete(kind, name);
        await kube.untilState("chat", "successful");
        assert(
          performance.now() - deletedMs < DETECTED_MS,
          "the operator did not detect the deletion of the foreign object",
        );
        await untilNoCondition(kube, reporter.kind, reporter.name, "NameConflict");
      },
    );
  }

  await t.step("the operator keeps an administrator's RoleBinding of planners", async () => {
    await addPlannerRole(env.client);
    const kube = await env.createNamespace();
    const { namespace } = kube;
    const binding: RoleBinding = {
      apiVersion: roleBindings.apiVersion,
      kind: roleBindings.kind,
      metadata: { name: "planner-serviceaccount-binding" },
      subjects: [{ kind: "ServiceAccount", name: "planner-serviceaccount", namespace }],
      roleRef: { apiGroup: roleBindings.group, kind: "Role", name: "narrow" },
    };
    const { metadata } = await kube.apply(roleBindings, binding);
    await kube.apply(graphs, graphOf("chat", { Planner: planner() }));
    await kube.untilState("chat", "successful");
    const bound = { kind: graphs, name: "chat", type: "PlannerBound", status: "False" };
    await untilCondition(kube, bound, binding.metadata.name, "managed-by=dynamo-operator");
    await untilIdle(env.operator);
    const kept = await kube.get(roleBindings, binding.metadata.name);
    assertEquals(kept.metadata.resourceVersion, metadata.resourceVersion);
    await kube.delete(roleBindings, binding.metadata.name);
    await untilNoCondition(kube, graphs, "chat", "PlannerBound");
    await eventually(async () => {
      const { roleRef } = await kube.get(roleBindings, binding.metadata.name);
      assertEquals(roleRef.name, PLANNER_ROLE);
    });
  });

  await t.step(
    "the operator waits until the children of a deleted graph with the same name are gone",
    async () => {
      const kube = await env.createNamespace();
      await kube.apply(graphs, CHAT);
      const { metadata: { uid } } = await kube.untilState("chat", "successful");
      const held = { metadata: { finalizers: ["example.com/held"] } };
      await kube.edit(components, "chat-worker", held);
      await kube.edit(services, "chat-frontend", held);
      await kube.delete(graphs, "chat", { propagationPolicy: "Background" });
      await kube.untilGone(graphs, "chat", uid);
      await kube.apply(graphs, CHAT);
      const waiting = { kind: graphs, name: "chat", type: "Ready", status: "False" };
      const messages = [
        `DynamoComponentDeployment "${kube.namespace}/chat-worker" belongs to an earlier, deleted DynamoGraphDeployment "chat"`,
        `Service "${kube.namespace}/chat-frontend" belongs to an earlier, deleted DynamoComponentDeployment "chat-frontend"`,
      ];
      const { status } = await untilCondition(kube, waiting, ...messages);
      assertEquals(status?.state, "pending");

      const released = { metadata: { finalizers: null } };
      await kube.edit(components, "chat-worker", released);
      await kube.edit(services, "chat-frontend", released);
      const graph = await kube.untilState("chat", "successful");
      const component = await kube.get(components, "chat-worker");
      assertEquals(component.metadata.ownerReferences?.[0]?.uid, graph.metadata.uid);
    },
  );
});
