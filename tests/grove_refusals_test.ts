// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Pod, pods, services } from "../kube/builtin.ts";
import { podCliques, podCliqueScalingGroups, podCliqueSets } from "../kube/optional_kinds.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { conditionOf, untilCondition, untilNoCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, IMAGE, NEW_IMAGE, worker } from "./support/graphs.ts";
import {
  conditionText,
  groveWrites,
  startGroveEnvironment,
} from "./support/grove/grove_environment.ts";
import { untilIdle } from "./support/operator_state.ts";
import { noCluster } from "./support/shared_cluster.ts";

const MULTINODE = { multinode: { nodeCount: 2 } };
const RECREATE = "nvidia.com/recreate-podcliqueset";
const APPLIED = { kind: graphs, name: "chat", type: "PodCliqueSetApplied", status: "False" };
const IDLE = { idleMs: 1_000 };

function chatWith({ replicas = 1, image = IMAGE } = {}) {
  return graphOf("chat", { Frontend: frontend(), Worker: worker({ replicas }, image) });
}

Deno.test("what Grove refuses or loses stops neither scaling nor Services nor the status", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startGroveEnvironment("grove-refusals");
  const { kube } = env;
  const { grove, webhooks } = await env.installGrove();
  await kube.apply(graphs, chatWith());
  await kube.untilState("chat", "successful");
  const setOf = async () => (await kube.get(podCliqueSets, "chat")).metadata;

  await t.step("a changed composition is refused before it is written", async () => {
    const before = await setOf();
    await kube.apply(
      graphs,
      graphOf("chat", {
        Frontend: frontend({ replicas: 2 }),
        Extra: worker(),
        Worker: worker(MULTINODE),
      }),
    );
    const graph = await untilCondition(
      kube,
      APPLIED,
      "spec.services[Extra]: Grove does not run this service yet",
      "spec.services[Worker]: Grove still runs each replica on one node",
      `set its annotation ${RECREATE} to "2"`,
    );
    assertEquals(conditionText(graph, "PodCliqueSetApplied"), "False CompositionChanged");
    assertEquals(graph.status?.state, "failed");
    await eventually(async () => {
      assertEquals((await kube.get(podCliques, "chat-0-frontend")).status?.readyReplicas, 2);
    });
    assertEquals(await kube.find(services, "chat-extra") !== undefined, true);
    assertEquals((await setOf()).generation, before.generation);
    await eventually(async () => {
      const { status } = await kube.get(graphs, "chat");
      assertEquals(status?.services?.["Frontend"]?.readyReplicas, 2);
    });
  });

  await t.step("the annotation with the generation orders a new PodCliqueSet, once", async () => {
    const before = await setOf();
    await kube.edit(graphs, "chat", { metadata: { annotations: { [RECREATE]: "1" } } });
    await untilIdle(env.operator(), IDLE);
    assertEquals((await setOf()).uid, before.uid);
    await kube.edit(graphs, "chat", { metadata: { annotations: { [RECREATE]: "2" } } });
    await kube.untilState("chat", "successful");
    const after = await setOf();
    assertNotEquals(after.uid, before.uid);
    assertEquals((await kube.get(podCliqueScalingGroups, "chat-0-worker")).spec.replicas, 1);
    await untilIdle(env.operator(), IDLE);
    await env.restartOperator();
    await untilIdle(env.operator(), IDLE);
    assertEquals((await setOf()).uid, after.uid);
  });

  await t.step("a PodCliqueSet that Grove could not create is not deleted", async () => {
    const before = await setOf();
    const { metadata } = await kube.edit(graphs, "chat", {
      spec: {
        services: {
          Worker: { multinode: null, extraPodSpec: { nodeName: "node-0" } },
          Extra: null,
        },
      },
    });
    const annotations = { [RECREATE]: `${metadata.generation}` };
    await kube.edit(graphs, "chat", { metadata: { annotations } });
    const graph = await untilCondition(
      kube,
      APPLIED,
      "spec.services[Worker].extraPodSpec.nodeName: Grove refuses this field",
    );
    assertEquals(conditionText(graph, "PodCliqueSetApplied"), "False PodFieldRefused");
    assertEquals((await setOf()).uid, before.uid);
    await kube.delete(graphs, "chat");
    for (const kind of [graphs, podCliqueSets]) await kube.untilGone(kind, "chat");
  });

  await t.step("names that are too long are refused with their field", async () => {
    const name = "a-graph-with-a-name-of-31-chars";
    await kube.apply(graphs, graphOf(name, { Frontend: frontend(), Decoder: worker(MULTINODE) }));
    const condition = { kind: graphs, name, type: "PodCliqueSetApplied", status: "False" };
    const graph = await untilCondition(kube, condition, "spec.services[Decoder]", "49 characters");
    assertEquals(conditionText(graph, "PodCliqueSetApplied"), "False NameTooLong");
    assertEquals(await kube.find(podCliqueSets, name), undefined);
    assertEquals(await kube.find(services, `${name}-frontend`) !== undefined, true);
    await kube.edit(graphs, name, { spec: { services: { Decoder: null } } });
    await kube.untilState(name, "successful");
    await kube.delete(graphs, name);
  });

  await t.step("a refusal of the webhook is reported once, and retried", async () => {
    await kube.apply(graphs, chatWith());
    await kube.untilState("chat", "successful");
    webhooks.refusals.push("spec.template: not on a Monday", "spec.template: not on a Monday");
    await kube.apply(graphs, chatWith({ replicas: 2, image: NEW_IMAGE }));
    const graph = await untilCondition(kube, APPLIED, "not on a Monday");
    assertEquals(conditionText(graph, "PodCliqueSetApplied"), "False Refused");
    assertEquals(graph.status?.state, "failed");
    const message = conditionOf(graph, "Ready")?.message ?? "";
    assertEquals(message.split("not on a Monday").length, 2, message);
    await eventually(async () =>
      assertEquals((await kube.get(podCliques, "chat-0-worker")).status?.readyReplicas, 2)
    );
    webhooks.refusals.length = 0;
    await kube.untilState("chat", "successful");
    await untilNoCondition(kube, graphs, "chat", "PodCliqueSetApplied");
  });

  await t.step("while the webhook is away, the graph is pending and scales", async () => {
    await webhooks.away();
    await kube.apply(graphs, chatWith({ replicas: 3 }));
    const graph = await untilCondition(kube, APPLIED, "Grove does not respond");
    assertEquals(conditionText(graph, "PodCliqueSetApplied"), "False GroveUnavailable");
    assertEquals(graph.status?.state, "pending");
    await eventually(async () =>
      assertEquals((await kube.get(podCliques, "chat-0-worker")).status?.readyReplicas, 3)
    );
    await kube.apply(graphs, graphOf("new", { Frontend: frontend() }));
    await untilCondition(kube, { ...APPLIED, name: "new" }, "Grove does not respond");
    // No watch event reports that the webhook responds again, so the operator retries with a backoff of at most 10 s.
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    webhooks.back();
    const sinceMs = performance.now();
    for (const name of ["chat", "new"]) await kube.untilState(name, "successful");
    const waitedMs = performance.now() - sinceMs;
    assert(waitedMs < 20_000, `the graphs waited ${waitedMs} ms after the return of Grove`);
  });

  await t.step("an update that Grove lost track of is described, with the way out", async () => {
    await kube.apply(graphs, chatWith({ image: IMAGE }));
    await kube.untilState("chat", "successful");
    grove.startMs = 30_000;
    await kube.apply(graphs, chatWith({ image: NEW_IMAGE }));
    await eventually(async () => {
      const found = await kube.list<Pod>(pods);
      const images = found.filter(({ metadata }) => metadata.name.startsWith("chat-0-worker-"))
        .map(({ spec }) => spec?.containers[0]?.image);
      assertEquals(images, [NEW_IMAGE]);
    });
    // The test changes the template of another service while the last pod of the worker starts.
    const spec = { extraPodMetadata: { annotations: { note: "x" } } };
    await kube.edit(graphs, "chat", { spec: { services: { Frontend: spec } } });
    await eventually(async () => {
      const { spec } = await kube.get(podCliqueSets, "chat");
      assertEquals(spec.template.cliques[0]?.annotations?.["note"], "x");
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    grove.startMs = 0;
    const text = "podclique/chat-0-worker: Grove still updates it, although all its pods are ready";
    await untilCondition(
      kube,
      { kind: graphs, name: "chat", type: "Ready", status: "False" },
      text,
      RECREATE,
    );
    const writes = await env.writesDuring(async () => {
      const pod = { extraPodMetadata: { annotations: { note: "y" } } };
      await kube.edit(graphs, "chat", { spec: { services: { Worker: pod } } });
      await kube.untilState("chat", "successful");
    });
    assertEquals(groveWrites(writes), ["patch podcliquesets chat"]);
  });
});
