// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { deployments } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { untilIdle } from "./support/operator_state.ts";
import { untilCondition } from "./support/conditions.ts";
import { objectNamesIn } from "./support/namespace_objects.ts";
import { frontend, graphOf, planner, worker } from "./support/graphs.ts";
import { ACCEPTED } from "./support/invalid_graphs.ts";
import { addPlannerRole, removePlannerRole } from "./support/planner_role.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

Deno.test(
  "an invalid graph gets a status that names the mistake, and does not affect other graphs",
  {
    ignore: noCluster,
  },
  async (t) => {
    await using env = await startTestEnvironment({ serviceAccount: "invalid-graph" });
    const kube = await env.createNamespace();
    for (const { graph } of ACCEPTED) await kube.apply(graphs, graph);

    for (const { reason, graph: { metadata: { name } }, messages } of ACCEPTED) {
      await t.step(`failed, because ${reason}`, async () => {
        const condition = { kind: graphs, name, type: "Ready", status: "False" };
        const { status, metadata } = await untilCondition(kube, condition, ...messages);
        assertEquals(status?.state, "failed");
        assertEquals(status?.observedGeneration, metadata.generation);
      });
    }

    await t.step("a valid graph in the same namespace is reconciled", async () => {
      await kube.apply(graphs, graphOf("good", { Frontend: frontend(), Worker: worker() }));
      await kube.untilState("good", "successful");
      const scaled = { Frontend: frontend(), Worker: worker({ replicas: 2 }) };
      await kube.apply(graphs, graphOf("good", scaled));
      await kube.untilState("good", "successful");
    });

    await t.step("pods keep running when the spec becomes invalid", async () => {
      const annotations = { "nvidia.com/deployment-rolling-update-max-surge": "many" };
      const mistake = worker({ annotations, replicas: 5 });
      await kube.apply(graphs, graphOf("good", { Worker: mistake }));
      await kube.untilState("good", "failed");
      await untilIdle(env.operator);
      const { status } = await kube.get(deployments, "good-worker");
      assertEquals(status?.availableReplicas, 2);
      await kube.apply(graphs, graphOf("good", { Frontend: frontend(), Worker: worker() }));
      await kube.untilState("good", "successful");
    });

    await t.step("a multinode graph gets its PVCs and its discovery objects", async () => {
      const elsewhere = await env.createNamespace();
      const pvcs = [{
        name: "cache",
        create: true,
        size: "1Gi",
        storageClass: "standard",
        volumeAccessMode: "ReadWriteMany",
      }];
      const services = { F: frontend(), W: worker({ multinode: { nodeCount: 2 } }) };
      await elsewhere.apply(graphs, graphOf("multi", services, { pvcs }));
      const { status } = await elsewhere.untilState("multi", "failed");
      const ready = status?.conditions?.find(({ type }) => type === "Ready");
      assertEquals(ready?.message, "no multinode orchestrator available");
      await untilIdle(env.operator);
      assertEquals(await objectNamesIn(elsewhere), [
        "DynamoGraphDeployment/multi",
        "PersistentVolumeClaim/cache",
        "Role/multi-k8s-service-discovery-role",
        "RoleBinding/multi-k8s-service-discovery-binding",
        "ServiceAccount/multi-k8s-service-discovery",
      ]);
      await elsewhere.delete(graphs, "multi", { propagationPolicy: "Foreground" });
      await elsewhere.untilGone(graphs, "multi");
    });

    await t.step("a planner waits for its ClusterRole", async () => {
      await removePlannerRole(env.client);
      await kube.apply(graphs, graphOf("planned", { Planner: planner() }));
      const condition = { kind: graphs, name: "planned", type: "Ready", status: "False" };
      await untilCondition(
        kube,
        condition,
        "spec.services[Planner].componentType",
        '"dynamo-planner"',
      );
      assertEquals((await kube.get(graphs, "planned")).status?.state, "failed");
      await addPlannerRole(env.client);
      await kube.untilState("planned", "successful");
    });

    await t.step(
      "each invalid graph can be deleted, by foreground deletion and with the finalizer of the Go operator",
      async () => {
        const finalizers = { metadata: { finalizers: ["nvidia.com/finalizer"] } };
        for (const [index, { graph: { metadata: { name } } }] of ACCEPTED.entries()) {
          if (index % 2 === 0) await kube.edit(graphs, name, finalizers);
          await kube.delete(graphs, name, { propagationPolicy: "Foreground" });
          await kube.untilGone(graphs, name);
        }
        for (const name of ["good", "planned"]) await kube.delete(graphs, name);
        for (const name of ["good", "planned"]) await kube.untilGone(graphs, name);
        await kube.untilGone(components, "good-worker");
      },
    );
  },
);
