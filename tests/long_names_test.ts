// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { deployments, pods, services } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { objectNamesIn } from "./support/namespace_objects.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const MAX_LABEL_LENGTH = 63;

Deno.test("names that are too long for a label work", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "long-names" });
  const kube = await env.createNamespace(
    `t-${"team".repeat(11)}-${crypto.randomUUID().slice(0, 8)}`,
  );
  // With the suffix `-prefill`, this graph name has the maximum length of a Service name.
  const name = `chat-${"x".repeat(50)}`;
  const namespace = `${kube.namespace}-${name}`;
  const running = { Front: frontend(), Decode: worker(), Prefill: worker({ replicas: 2 }) };
  assert(namespace.length > 100);

  await t.step("the graph becomes successful", async () => {
    await kube.apply(graphs, graphOf(name, running));
    const { status } = await kube.untilState(name, "successful");
    assertEquals(status?.services?.["Prefill"]?.readyReplicas, 2);
    for (const { metadata: { labels = {} } } of await kube.list(components)) {
      for (const value of Object.values(labels)) assert(value.length <= MAX_LABEL_LENGTH, value);
    }
  });

  await t.step("the environment of the pods contains the full Dynamo namespace", async () => {
    for (const { metadata, spec } of await kube.list(deployments)) {
      const [container] = spec?.template.spec?.containers ?? [];
      const logicalNamespace = container?.env?.find((variable) =>
        variable.name === "DYN_NAMESPACE"
      );
      assertEquals(logicalNamespace?.value, namespace, metadata.name);
    }
  });

  await t.step("each Service selects only the pods of its component", async () => {
    for (const { metadata, spec } of await kube.list(services)) {
      const labelSelector = Object.entries(spec?.selector ?? {})
        .map(([key, value]) => `${key}=${value}`).join(",");
      const { items } = await env.client.list(pods, {
        namespace: kube.namespace,
        labelSelector,
      });
      const selected = new Set(items.map((pod) => pod.metadata.labels?.["nvidia.com/selector"]));
      assertEquals([...selected], [metadata.name]);
    }
  });

  await t.step("a service can be removed and the graph deleted", async () => {
    const { Prefill: _removed, ...remaining } = running;
    await kube.apply(graphs, graphOf(name, remaining));
    await kube.untilGone(deployments, `${name}-prefill`);
    await kube.untilState(name, "successful");
    await kube.delete(graphs, name);
    await eventually(async () => assertEquals(await objectNamesIn(kube), []));
  });
});
