// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertNotEquals } from "@std/assert";
import { namespaces, type Service, services } from "../kube/builtin.ts";
import { podCliqueSets } from "../kube/optional_kinds.ts";
import { controllerReference } from "../reconcile/apply/ownership.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { untilCondition, untilNoCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import { installGroveCrd, podCliqueSetOf } from "./support/grove.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { objectNamesIn } from "./support/namespace_objects.ts";
import { untilIdle } from "./support/operator_state.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { startTestOperator } from "./support/test_operator.ts";

const RUNNING = { Frontend: frontend(), Worker: worker() };
const HELD = { kind: graphs, type: "Held", status: "True" };
const LEFTOVER = { kind: graphs, type: "ConfigurationWarning", status: "True" };

Deno.test("a graph that runs on Grove is held until its PodCliqueSet is deleted", {
  ignore: noCluster,
}, async (t) => {
  await using owned = new AsyncDisposableStack();
  const cluster = await sharedCluster();
  await installGroveCrd(cluster);
  const { client } = owned.use(await connectAdmin(cluster));
  const kube = await createNamespace(client);
  owned.defer(() => client.delete(namespaces, { name: kube.namespace }));

  // These are the objects that the Go operator creates for a graph if Grove is installed.
  const graph = await kube.apply(graphs, graphOf("moved", RUNNING));
  await kube.apply(podCliqueSets, podCliqueSetOf(graph));
  const service = await kube.apply<Service>(services, serviceOf(graph));
  const before = await objectNamesIn(kube);

  const operator = owned.use(await startTestOperator(cluster, { serviceAccount: "grove" }));

  await t.step("the operator writes only the status", async () => {
    const { status } = await untilCondition(kube, { ...HELD, name: "moved" }, "PodCliqueSet");
    assertEquals(status?.state, "failed");
    await untilIdle(operator);
    assertEquals(await objectNamesIn(kube), before);
    assertEquals((await kube.get(services, "moved-frontend")).metadata, service.metadata);
  });

  await t.step("a graph without a PodCliqueSet runs without Grove", async () => {
    await kube.apply(graphs, graphOf("fresh", RUNNING));
    await kube.untilState("fresh", "successful");
  });

  await t.step(
    "after the deletion of the PodCliqueSet the operator replaces its remaining objects",
    async () => {
      await kube.delete(podCliqueSets, "moved");
      await kube.untilState("moved", "successful");
      await untilNoCondition(kube, graphs, "moved", "Held");
      const { metadata } = await kube.get(services, "moved-frontend");
      assertNotEquals(metadata.uid, service.metadata.uid);
    },
  );

  await t.step("a graph with components runs beside a leftover PodCliqueSet", async () => {
    const fresh = await kube.get(graphs, "fresh");
    await kube.apply(podCliqueSets, podCliqueSetOf(fresh));
    await untilCondition(kube, { ...LEFTOVER, name: "fresh" }, 'PodCliqueSet "fresh"');
    await kube.edit(graphs, "fresh", { spec: { services: { Worker: null } } });
    await eventually(async () => {
      const names = await objectNamesIn(kube);
      assertEquals(names.includes("DynamoComponentDeployment/fresh-worker"), false);
    });
    await kube.untilState("fresh", "successful");
    await kube.delete(podCliqueSets, "fresh");
    await untilNoCondition(kube, graphs, "fresh", "ConfigurationWarning");
  });

  await t.step("a graph that disables Grove runs beside a leftover PodCliqueSet", async () => {
    const annotations = { "nvidia.com/enable-grove": "false" };
    const { metadata, ...content } = graphOf("disabled", RUNNING);
    const disabled = { ...content, metadata: { ...metadata, annotations } };
    await kube.apply(podCliqueSets, podCliqueSetOf(await kube.apply(graphs, disabled)));
    await untilCondition(kube, { ...LEFTOVER, name: "disabled" }, 'PodCliqueSet "disabled"');
    await kube.untilState("disabled", "successful");
  });
});

/** Returns the Service that the Go operator creates for the frontend of a graph on Grove. */
function serviceOf(graph: Parameters<typeof controllerReference>[0]): Service {
  return {
    apiVersion: services.apiVersion,
    kind: services.kind,
    metadata: {
      name: `${graph.metadata.name}-frontend`,
      ownerReferences: [controllerReference(graph)],
    },
    spec: { selector: { app: "clique" }, ports: [{ port: 8000 }] },
  };
}
