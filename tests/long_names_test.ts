// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { deployments, pods, services } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { objectNamesIn } from "./support/namespace_objects.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const MOST_IN_A_LABEL = 63;

Deno.test("names that are too long for a label work from end to end", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "long-names" });
  const kube = await env.createNamespace(
    `t-${"team".repeat(11)}-${crypto.randomUUID().slice(0, 8)}`,
  );
  // As long as the name of a Service may be, together with the service's.
  const name = `chat-${"x".repeat(50)}`;
  const namespace = `${kube.namespace}-${name}`;
  const running = { Front: frontend(), Decode: worker(), Prefill: worker({ replicas: 2 }) };
  assert(namespace.length > 100);

  await t.step("the graph becomes successful", async () => {
    await kube.apply(graphs, graphOf(name, running));
    const { status } = await kube.untilState(name, "successful");
    assertEquals(status?.services?.["Prefill"]?.readyReplicas, 2);
    for (const { metadata: { labels = {} } } of await kube.list(components)) {
      for (const value of Object.values(labels)) assert(value.length <= MOST_IN_A_LABEL, value);
    }
  });

  await t.step("pods are told the whole name of their logical namespace", async () => {
    for (const { metadata, spec } of await kube.list(deployments)) {
      const [container] = spec?.template.spec?.containers ?? [];
      const told = container?.env?.find((variable) => variable.name === "DYN_NAMESPACE");
      assertEquals(told?.value, namespace, metadata.name);
    }
  });

  await t.step("each Service finds the pods of its component and no others", async () => {
    for (const { metadata, spec } of await kube.list(services)) {
      const labelSelector = Object.entries(spec?.selector ?? {})
        .map(([key, value]) => `${key}=${value}`).join(",");
      const { items } = await env.client.list(pods, {
        namespace: kube.namespace,
        labelSelector,
      });
      const found = new Set(items.map((pod) => pod.metadata.labels?.["nvidia.com/selector"]));
      assertEquals([...found], [metadata.name]);
    }
  });

  await t.step("a service is removed and the graph deleted", async () => {
    const { Prefill: _removed, ...remaining } = running;
    await kube.apply(graphs, graphOf(name, remaining));
    await kube.untilGone(deployments, `${name}-prefill`);
    await kube.untilState(name, "successful");
    await kube.delete(graphs, name);
    await eventually(async () => assertEquals(await objectNamesIn(kube), []));
  });
});
