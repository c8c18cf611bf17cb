// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { deployments, services } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { allObjectNamesIn } from "./support/namespace_objects.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, NEW_IMAGE, worker } from "./support/graphs.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";
import { assertStatusesMatchObjects, statesOf, STATUS_KINDS } from "./support/status_check.ts";
import { recordTimeline } from "./support/timeline.ts";

Deno.test(
  "a graph is reconciled from its creation to its deletion",
  { ignore: noCluster },
  async (t) => {
    await using env = await startTestEnvironment({ serviceAccount: "graph-lifecycle" });
    const kube = await env.createNamespace();
    await using timeline = await recordTimeline(env.client, kube.namespace, STATUS_KINDS);

    const replicasOf = async (name: string) => (await kube.get(deployments, name)).spec?.replicas;
    const applied = (services: Parameters<typeof graphOf>[1]) =>
      kube.apply(graphs, graphOf("chat", services));
    const settled = () => kube.untilState("chat", "successful");

    await t.step("all children are created and the graph becomes successful", async () => {
      await applied({ Frontend: frontend(), Worker: worker() });
      const { status } = await settled();
      assertEquals(Object.keys(status?.services ?? {}), ["Frontend", "Worker"]);
      const names = (await allObjectNamesIn(kube)).filter((name) =>
        !/^(Pod|ReplicaSet)\//.test(name)
      );
      assertEquals(names, [
        "Deployment/chat-frontend",
        "Deployment/chat-worker",
        "DynamoComponentDeployment/chat-frontend",
        "DynamoComponentDeployment/chat-worker",
        "DynamoGraphDeployment/chat",
        "Role/chat-k8s-service-discovery-role",
        "RoleBinding/chat-k8s-service-discovery-binding",
        "Service/chat-frontend",
        "Service/chat-worker",
        "ServiceAccount/chat-k8s-service-discovery",
      ]);
    });

    await t.step("a service is scaled up, down to zero and up again", async () => {
      for (const replicas of [3, 0, 2]) {
        await applied({ Frontend: frontend(), Worker: worker({ replicas }) });
        const { status } = await settled();
        assertEquals(await replicasOf("chat-worker"), replicas);
        assertEquals(status?.services?.["Worker"]?.readyReplicas, replicas);
      }
    });

    await t.step("a new image is rolled out", async () => {
      await applied({ Frontend: frontend(), Worker: worker({ replicas: 2 }, NEW_IMAGE) });
      await settled();
    });

    await t.step(
      "the graph is pending and its status names the reason while a rollout cannot complete",
      async () => {
        const nowhere = { nodeSelector: { "no-such": "node" } };
        const { extraPodSpec } = worker({}, NEW_IMAGE);
        const stuck = worker({ replicas: 2, extraPodSpec: { ...extraPodSpec, ...nowhere } });
        await applied({ Frontend: frontend(), Worker: stuck });
        const message = await eventually(async () => {
          const { status } = await kube.untilState("chat", "pending");
          const ready = status?.conditions?.find(({ type }) => type === "Ready");
          assertStringIncludes(ready?.message ?? "", "old replicas left: 2");
          return ready?.message ?? "";
        });
        assertMatch(message, /^Resources not ready: chat-worker: /);
        const component = await kube.get(components, "chat-worker");
        const available = component.status?.conditions.find(({ type }) => type === "Available");
        assertEquals(available?.status, "False");
        await applied({ Frontend: frontend(), Worker: worker({ replicas: 2 }, NEW_IMAGE) });
        await settled();
      },
    );

    await t.step("the children of a removed service are deleted", async () => {
      await applied({ Frontend: frontend() });
      const { status } = await settled();
      assertEquals(Object.keys(status?.services ?? {}), ["Frontend"]);
      for (const kind of [components, deployments, services]) {
        await kube.untilGone(kind, "chat-worker");
      }
    });

    await t.step("the children of an added service are created", async () => {
      await applied({ Frontend: frontend(), Decode: worker({ subComponentType: "decode" }) });
      const { status } = await settled();
      assertEquals(Object.keys(status?.services ?? {}), ["Decode", "Frontend"]);
    });

    await t.step("at every moment the status matched the objects of the graph", async () => {
      await timeline.stop();
      const count = assertStatusesMatchObjects(timeline, "chat");
      assert(count >= 9, `the test recorded only ${count} statuses`);
      const states = statesOf(timeline, "chat");
      assertEquals(new Set(states), new Set(["pending", "successful"]));
    });

    for (const propagationPolicy of ["Background", "Foreground"] as const) {
      await t.step(`a deletion deletes all children (${propagationPolicy})`, async () => {
        await applied({ Frontend: frontend(), Worker: worker() });
        await settled();
        await kube.delete(graphs, "chat", { propagationPolicy });
        await eventually(async () => assertEquals(await allObjectNamesIn(kube), []));
      });
    }

    for (const propagationPolicy of ["Background", "Foreground"] as const) {
      await t.step(
        `a name can be reused right after a deletion (${propagationPolicy})`,
        async () => {
          await applied({ Frontend: frontend(), Worker: worker() });
          const { metadata: { uid } } = await settled();
          await kube.delete(graphs, "chat", { propagationPolicy });
          await kube.untilGone(graphs, "chat", uid);
          await applied({ Frontend: frontend({ replicas: 2 }), Worker: worker() });
          const { metadata } = await settled();
          assert(metadata.uid !== uid);
          for (const { metadata: { name, ownerReferences = [] } } of await kube.list(components)) {
            assertEquals(ownerReferences.map((owner) => owner.uid), [metadata.uid], name);
          }
          assertEquals(await replicasOf("chat-frontend"), 2);
        },
      );
    }
  },
);
