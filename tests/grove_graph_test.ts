// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { DynamoGraphDeployment } from "../crds/kinds/graph.ts";
import { GROVE_CRDS } from "../devcluster/addons/grove_crds.ts";
import { deployments, type Pod, pods, services } from "../kube/builtin.ts";
import { podCliques, podCliqueScalingGroups, podCliqueSets } from "../kube/optional_kinds.ts";
import { FIELD_MANAGER } from "../reconcile/apply/managed_fields.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { untilCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, IMAGE, NEW_IMAGE, worker } from "./support/graphs.ts";
import {
  conditionText,
  groveWrites,
  startGroveEnvironment,
} from "./support/grove/grove_environment.ts";
import { timestampMs } from "./support/handovers.ts";
import { untilIdle } from "./support/operator_state.ts";
import { noCluster } from "./support/shared_cluster.ts";

const MULTINODE = { multinode: { nodeCount: 2 } };
const IDLE = { idleMs: 1_500 };

/**
 * Returns a graph with two services on one node each, and a service on two nodes. `image` is the image of the worker.
 */
function chatWith({ replicas = 2, decodes = 1, image = IMAGE } = {}) {
  return graphOf("chat", {
    Frontend: frontend(),
    Worker: worker({ replicas }, image),
    Decode: worker({ replicas: decodes, componentType: "decode", ...MULTINODE }),
  });
}

Deno.test("a graph runs on Grove from its creation to its deletion", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startGroveEnvironment("grove-graph");
  const { kube } = env;
  const servicesOf = ({ status }: DynamoGraphDeployment) =>
    Object.fromEntries(
      Object.entries(status?.services ?? {}).map((
        [name, { componentKind, componentName, replicas }],
      ) => [name, `${componentKind} ${componentName} ${replicas}`]),
    );
  const imagesOf = async (clique: string) =>
    (await kube.list<Pod>(pods)).filter(({ metadata }) => metadata.name.startsWith(`${clique}-`))
      .map(({ spec }) => spec?.containers[0]?.image);

  await kube.apply(graphs, graphOf("early", { Frontend: frontend() }));
  const early = await kube.untilState("early", "successful");
  assertEquals(early.status?.orchestrator, "deployment");
  const { grove, webhooks: _webhooks } = await env.installGrove();

  await t.step("a new graph gets one PodCliqueSet, and no component", async () => {
    await kube.apply(graphs, chatWith());
    const graph = await kube.untilState("chat", "successful");
    assertEquals(graph.status?.orchestrator, "grove");
    assertEquals(servicesOf(graph), {
      Decode: "PodCliqueScalingGroup chat-0-decode 1",
      Frontend: "PodClique chat-0-frontend 1",
      Worker: "PodClique chat-0-worker 2",
    });
    const { metadata, spec } = await kube.get(podCliqueSets, "chat");
    assertEquals(metadata.ownerReferences?.[0]?.uid, graph.metadata.uid);
    assertEquals(spec.template.cliques.map(({ name, spec: { replicas } }) => [name, replicas]), [
      ["decode-ldr", 1],
      ["decode-wkr", 1],
      ["frontend", 1],
      ["worker", 2],
    ]);
    assertEquals((await kube.list(components)).map(({ metadata }) => metadata.name), [
      "early-frontend",
    ]);
    const names = (await kube.list(services)).map(({ metadata }) => metadata.name).sort();
    assertEquals(names, ["chat-decode", "chat-frontend", "chat-worker", "early-frontend"]);
  });

  await t.step("the installation of Grove does not change an existing graph", async () => {
    await kube.edit(graphs, "early", { metadata: { labels: { touched: "yes" } } });
    await untilIdle(env.operator(), IDLE);
    const { status } = await kube.untilState("early", "successful");
    assertEquals(status?.orchestrator, "deployment");
    assertEquals(await kube.find(podCliqueSets, "early"), undefined);
    assertEquals((await kube.get(deployments, "early-frontend")).metadata.generation, 1);
  });

  await t.step("a ready graph causes no write, also after a restart", async () => {
    await untilIdle(env.operator(), IDLE);
    const writes = await env.writesDuring(async () => {
      await untilIdle(env.operator(), IDLE);
      await env.restartOperator();
      await untilIdle(env.operator(), IDLE);
    });
    assertEquals(writes.map(({ uri }) => uri), []);
  });

  await t.step(
    "a PodCliqueSet of the Go operator is taken over without a new template",
    async () => {
      const paused = (value: string | null) => ({
        metadata: { annotations: { "nvidia.com/paused": value } },
      });
      await kube.edit(graphs, "chat", paused("true"));
      const { metadata, spec } = await kube.get(podCliqueSets, "chat");
      spec.template.cliques.reverse();
      const annotations = { "nvidia.com/last-applied-hash": "x" };
      const set = { ...(await kube.get(podCliqueSets, "chat")), spec };
      const managedFields = metadata.managedFields?.map((entry) =>
        entry.manager === FIELD_MANAGER
          ? { ...entry, manager: "manager", operation: "Update" }
          : entry
      );
      const replaced = { ...set, metadata: { ...metadata, annotations, managedFields } };
      await env.cluster.kubectl(
        ["-n", kube.namespace, "replace", "--field-manager=manager", "-f", "-"],
        JSON.stringify(replaced),
      );
      const before = await eventually(async () => {
        const { metadata: { generation }, status } = await kube.get(podCliqueSets, "chat");
        assertEquals(status?.observedGeneration, generation);
        return generation;
      });
      const podNames = async () =>
        (await kube.list(pods)).map(({ metadata }) => metadata.name).sort();
      const running = await podNames();
      await kube.edit(graphs, "chat", paused(null));
      await untilIdle(env.operator(), IDLE);
      await kube.untilState("chat", "successful");
      const after = await kube.get(podCliqueSets, "chat");
      const marks = ["nvidia.com/plan-hash", "nvidia.com/last-applied-hash"]
        .map((mark) => after.metadata.annotations?.[mark] !== undefined);
      assertEquals(marks, [true, false]);
      assertEquals(after.metadata.generation, before);
      assertEquals(after.spec.template.cliques.map(({ name }) => name), [
        "worker",
        "frontend",
        "decode-wkr",
        "decode-ldr",
      ]);
      assertEquals(await podNames(), running);
    },
  );

  await t.step("a change of replicas scales, and does not write the PodCliqueSet", async () => {
    const writes = await env.writesDuring(async () => {
      await kube.apply(graphs, chatWith({ replicas: 3, decodes: 2 }));
      const graph = await kube.untilState("chat", "successful");
      assertEquals(servicesOf(graph)["Decode"], "PodCliqueScalingGroup chat-0-decode 2");
      assertEquals(servicesOf(graph)["Worker"], "PodClique chat-0-worker 3");
      await kube.apply(graphs, chatWith({ replicas: 0, decodes: 2 }));
      assertEquals(
        servicesOf(await kube.untilState("chat", "successful"))["Worker"],
        "PodClique chat-0-worker 0",
      );
      await kube.apply(graphs, chatWith());
      await kube.untilState("chat", "successful");
    });
    assertEquals(groveWrites(writes), [
      "patch podcliques/scale chat-0-worker",
      "patch podcliques/scale chat-0-worker",
      "patch podcliques/scale chat-0-worker",
      "patch podcliquescalinggroups/scale chat-0-decode",
      "patch podcliquescalinggroups/scale chat-0-decode",
    ]);
    assertEquals(await kube.find(podCliques, "chat-0-decode-1-decode-ldr"), undefined);
  });

  await t.step("the operator undoes the scaling of another client", async () => {
    const at = { name: "chat-0-decode", namespace: kube.namespace };
    const body = { spec: { replicas: 3 } };
    await kube.client.patch(podCliqueScalingGroups, at, {
      type: "merge",
      subresource: "scale",
      body,
    });
    await eventually(async () =>
      assertEquals((await kube.get(podCliqueScalingGroups, "chat-0-decode")).spec.replicas, 1)
    );
    await kube.untilState("chat", "successful");
  });

  await t.step("a graph is ready only when all pods have its new image", async () => {
    const writes = await env.writesDuring(async () => {
      await kube.apply(graphs, chatWith({ image: NEW_IMAGE }));
      await kube.untilState("chat", "successful");
      assertEquals(await imagesOf("chat-0-worker"), [NEW_IMAGE, NEW_IMAGE]);
      assertEquals(await imagesOf("chat-0-frontend"), [IMAGE]);
    });
    assertEquals(groveWrites(writes), ["patch podcliquesets chat"]);
  });

  await t.step("a second template waits, because Grove loses track of updates", async () => {
    grove.startMs = 5_000;
    const untilPlanned = (image: string) =>
      eventually(async () => {
        const { spec } = await kube.get(podCliqueSets, "chat");
        const worker = spec.template.cliques.find(({ name }) => name === "worker");
        assertEquals(worker?.spec.podSpec.containers[0]?.image, image);
      });
    const writes = await env.writesDuring(async () => {
      await kube.apply(graphs, chatWith({ image: IMAGE }));
      await untilPlanned(IMAGE);
      await kube.apply(graphs, chatWith({ image: "registry.example/sglang-runtime:broken" }));
      await kube.apply(graphs, chatWith({ image: NEW_IMAGE }));
      await untilPlanned(NEW_IMAGE);
      grove.startMs = 0;
      await kube.untilState("chat", "successful");
    });
    const times = writes.filter(({ resource, code }) =>
      resource === "podcliquesets" && code === 200
    )
      .map(({ receivedAt }) => timestampMs(receivedAt)).sort();
    assertEquals(times.length, 2, "one write for the first edit, and one for the last");
    assert((times[1] ?? 0) - (times[0] ?? 0) > 1_800, `templates are too close: ${times}`);
  });

  await t.step("a restart replaces the pods of one service after the other", async () => {
    const running = async () =>
      (await kube.list(pods)).filter(({ metadata: { name, deletionTimestamp } }) =>
        name.startsWith("chat-") && !deletionTimestamp
      );
    const before = new Set((await running()).map(({ metadata }) => metadata.uid));
    const writes = await env.writesDuring(async () => {
      await kube.edit(graphs, "chat", { spec: { restart: { id: "1" } } });
      await eventually(async () => {
        const { status } = await kube.get(graphs, "chat");
        assertEquals(status?.restart, { observedID: "1", phase: "Completed" });
      });
      await kube.untilState("chat", "successful");
    });
    assertEquals(groveWrites(writes), Array(3).fill("patch podcliquesets chat"));
    const kept = (await running()).filter(({ metadata }) => before.has(metadata.uid));
    assertEquals(kept.map(({ metadata }) => metadata.name), []);
  });

  await t.step("wrong counts of updated replicas in the status do not matter", async () => {
    grove.stale.add("chat-0-decode");
    await kube.apply(graphs, chatWith({ image: NEW_IMAGE, decodes: 2 }));
    const { status } = await kube.untilState("chat", "successful");
    assertEquals(status?.services?.["Decode"]?.updatedReplicas, 1);
  });

  await t.step("a pod that is not ready makes the graph pending, with its cause", async () => {
    const [pod] = (await kube.list<Pod>(pods))
      .filter(({ metadata }) => metadata.name.startsWith("chat-0-decode-0-decode-wkr-"));
    grove.stalled.add("chat-0-decode-0-decode-wkr");
    await kube.delete(pods, pod?.metadata.name ?? "");
    await untilCondition(
      kube,
      { kind: graphs, name: "chat", type: "Ready", status: "False" },
      "podclique/chat-0-decode-0-decode-wkr: desired=1, ready=0",
    );
    grove.stalled.clear();
    await kube.untilState("chat", "successful");
  });

  await t.step("a graph in foreground deletion names what it waits for", async () => {
    grove.running = false;
    await kube.delete(graphs, "chat", { propagationPolicy: "Foreground" });
    const graph = await untilCondition(
      kube,
      { kind: graphs, name: "chat", type: "Ready", status: "False" },
      'waits for PodCliqueSet "chat"',
    );
    assertEquals(conditionText(graph, "Ready"), "False Terminating");
    grove.running = true;
    await kube.untilGone(graphs, "chat");
    assertEquals(await kube.find(podCliqueSets, "chat"), undefined);
    await eventually(async () => assertEquals(await imagesOf("chat-0"), []));
  });

  await t.step("background deletion leaves nothing behind", async () => {
    await kube.apply(graphs, chatWith());
    const { metadata } = await kube.untilState("chat", "successful");
    await kube.delete(graphs, "chat");
    for (const kind of [graphs, podCliqueSets]) await kube.untilGone(kind, "chat");
    await eventually(async () => {
      const left = (await kube.list(services)).map(({ metadata }) => metadata.name);
      assertEquals(left, ["early-frontend"]);
      assertEquals(await imagesOf("chat-0"), []);
    });
    await kube.apply(graphs, chatWith());
    assertNotEquals((await kube.untilState("chat", "successful")).metadata.uid, metadata.uid);
  });

  await t.step("a graph on Grove is held while Grove is not served", async () => {
    for (const name of GROVE_CRDS) await env.cluster.kubectl(["delete", "crd", name]);
    const held = { kind: graphs, name: "chat", type: "Held", status: "True" };
    const graph = await untilCondition(kube, held, "install Grove");
    assertEquals([graph.status?.state, graph.status?.orchestrator], ["failed", "grove"]);
    assertEquals((await kube.list(components)).length, 1);
    await kube.untilState("early", "successful");
    await kube.edit(graphs, "chat", {
      metadata: { annotations: { "nvidia.com/enable-grove": "false" } },
      spec: { services: { Decode: null } },
    });
    const { status } = await kube.untilState("chat", "successful");
    assertEquals(status?.orchestrator, "deployment");
  });
});
