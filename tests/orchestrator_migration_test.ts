/**
 * Tests the annotation that selects the orchestrator, with the real controller of LeaderWorkerSets and simulated Grove.
 */
// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import type { DynamoGraphDeployment } from "../crds/kinds/graph.ts";
import { lws } from "../devcluster/addons/lws.ts";
import { events, type Pod, pods, serviceAccounts, services } from "../kube/builtin.ts";
import type { KubeObject } from "../kube/object.ts";
import { leaderWorkerSets, podCliques, podCliqueSets } from "../kube/optional_kinds.ts";
import type { Resource } from "../kube/resource.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { untilCondition, untilNoCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, IMAGE, worker } from "./support/graphs.ts";
import { conditionText, startGroveEnvironment } from "./support/grove/grove_environment.ts";
import { CLIQUE_LABEL } from "./support/grove/members.ts";
import { multinodeWorker } from "./support/multinode.ts";
import type { NamespaceClient } from "./support/namespace_client.ts";
import { untilIdle } from "./support/operator_state.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { recordTimeline, type Timeline } from "./support/timeline.ts";

const IDLE = { idleMs: 1_500 };
const HOLD = "example.com/hold";
/** Node of pods that terminate slowly. The controller manager marks such pods as failed if they have no node. */
const NODE = "slow";
const GRAPH_LABEL = "nvidia.com/dynamo-graph-deployment-name";

Deno.test("a graph moves to another orchestrator after its former pods", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startGroveEnvironment("migration");
  const { kube } = env;
  await env.installGrove();
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: NODE } };
  await env.cluster.kubectl(["create", "-f", "-"], JSON.stringify(node));
  await using timeline = await recordTimeline(kube.client, kube.namespace, [pods]);
  const migrating = (status: string, ...texts: string[]) =>
    untilCondition(kube, { kind: graphs, name: "chat", type: "Migrating", status }, ...texts);

  await t.step("the annotation of a new graph decides", async () => {
    const chat = graphOf("chat", { Frontend: frontend(), Worker: worker() });
    const annotations = { "nvidia.com/orchestrator": "deployment" };
    await kube.apply(graphs, { ...chat, metadata: { ...chat.metadata, annotations } });
    await untilMoved(kube, "chat", "deployment");
    assertEquals(await uidOf(kube, podCliqueSets, "chat"), undefined);
  });

  await t.step("from components to Grove: the PodCliqueSet waits for the last pod", async () => {
    const account = await uidOf(kube, serviceAccounts, "chat-k8s-service-discovery");
    const held = await hold(kube, "chat-worker-");
    await order(kube, "chat", "grove");
    const graph = await migrating("True", 'DynamoComponentDeployment "chat-worker"');
    assertEquals([graph.status?.orchestrator, graph.status?.state], ["deployment", "pending"]);
    await kube.untilGone(components, "chat-frontend");
    await untilIdle(env.operator(), IDLE);
    await env.restartOperator();
    await untilIdle(env.operator(), IDLE);
    assertEquals(await uidOf(kube, podCliqueSets, "chat"), undefined);
    await release(kube, held);
    await untilMoved(kube, "chat", "grove");
    await untilNoCondition(kube, graphs, "chat", "Migrating");
    assertEquals(await kube.list(components), []);
    assertEquals(await uidOf(kube, serviceAccounts, "chat-k8s-service-discovery"), account);
    const { metadata } = await kube.get(services, "chat-frontend");
    assertEquals(metadata.ownerReferences?.map(({ kind }) => kind), ["DynamoGraphDeployment"]);
  });

  await t.step(
    "without the annotation, the graph returns to Grove after its pods are deleted",
    async () => {
      const held = await hold(kube, "chat-0-worker-");
      await order(kube, "chat", "deployment");
      await migrating("True", 'PodCliqueSet "chat"');
      await untilSetGone(kube, "chat-0-worker");
      const graph = await migrating("True", `Pod "${held}"`);
      assertEquals(conditionText(graph, "Migrating"), "True WaitingForPods");
      await order(kube, "chat", null);
      await untilNoCondition(kube, graphs, "chat", "Migrating");
      await untilIdle(env.operator(), IDLE);
      await untilReady(kube, `Pod "${held}"`);
      assertEquals(await uidOf(kube, podCliqueSets, "chat"), undefined);
      await release(kube, held);
      await kube.untilState("chat", "successful");
      assertEquals((await kube.get(graphs, "chat")).status?.orchestrator, "grove");
    },
  );

  await t.step("from Grove to components: they wait for the last pod", async () => {
    const held = await hold(kube, "chat-0-worker-");
    await order(kube, "chat", "deployment");
    await migrating("True", 'PodCliqueSet "chat"');
    await untilSetGone(kube, "chat-0-worker");
    await migrating("True", `Pod "${held}"`);
    await untilIdle(env.operator(), IDLE);
    assertEquals(await kube.list(components), []);
    await release(kube, held);
    await untilMoved(kube, "chat", "deployment");
    const { metadata } = await kube.get(services, "chat-frontend");
    assertEquals(metadata.ownerReferences?.map(({ kind }) => kind), ["DynamoComponentDeployment"]);
  });

  await t.step("without the annotation the graph stays, and nothing is written", async () => {
    await order(kube, "chat", null);
    await untilIdle(env.operator(), IDLE);
    const writes = await env.writesDuring(async () => {
      await env.restartOperator();
      await untilIdle(env.operator(), IDLE);
    });
    // The test ignores events, because the operator writes the remaining counts of event series when it stops.
    const ofObjects = writes.filter(({ resource }) => resource !== "events");
    assertEquals(ofObjects.map(({ uri }) => uri), []);
    assertEquals((await kube.get(graphs, "chat")).status?.orchestrator, "deployment");
  });

  await t.step("an unknown orchestrator fails, and the pods stay", async () => {
    const before = await podUids(kube, "chat");
    await order(kube, "chat", "kubernetes");
    const graph = await kube.untilState("chat", "failed");
    const message = graph.status?.conditions?.find(({ type }) => type === "Ready")?.message ?? "";
    for (const text of ["nvidia.com/orchestrator", "kubernetes", "deployment", "lws", "grove"]) {
      assert(message.includes(text), message);
    }
    assertEquals(await podUids(kube, "chat"), before);
    await order(kube, "chat", "deployment");
    await kube.untilState("chat", "successful");
  });

  await t.step("pods of both orchestrators never existed together", async () => {
    await timeline.stop();
    assertEquals(overlaps(timeline, "chat"), []);
  });

  await t.step("each migration has an event for its start and its end", async () => {
    assertEquals(await env.operator().stop(), 0);
    const reasons = (await kube.list(events))
      .filter(({ action }) => action === "Migrate")
      .map(({ reason }) => reason);
    assertEquals([...new Set(reasons)].sort(), [
      "MigrationCancelled",
      "MigrationCompleted",
      "MigrationStarted",
    ]);
  });
});

Deno.test("a graph with a multinode service moves from Grove to LeaderWorkerSets", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startGroveEnvironment("migration-lws");
  const { kube, cluster } = env;
  await env.installGrove();
  await using timeline = await recordTimeline(kube.client, kube.namespace, [pods]);

  await t.step("a graph stays on Grove while LeaderWorkerSets are not served", async () => {
    await kube.apply(graphs, graphOf("multi", { Ray: multinodeWorker() }));
    await untilMoved(kube, "multi", "grove");
    const before = await podUids(kube, "multi");
    await order(kube, "multi", "lws");
    const blocked = { kind: graphs, name: "multi", type: "Migrating", status: "False" };
    const graph = await untilCondition(kube, blocked, "no multinode orchestrator available");
    assertEquals(graph.status?.state, "failed");
    await untilIdle(env.operator(), IDLE);
    assertEquals(await podUids(kube, "multi"), before);
  });

  await t.step("from Grove to LeaderWorkerSets, once they are served", async () => {
    await lws(cluster);
    await untilMoved(kube, "multi", "lws");
    assertEquals(await uidOf(kube, podCliqueSets, "multi"), undefined);
    assertEquals((await kube.list(leaderWorkerSets)).length, 1);
  });

  await t.step("a Deployment cannot run several nodes, so nothing is deleted", async () => {
    const before = await podUids(kube, "multi");
    await order(kube, "multi", "deployment");
    const ready = { kind: graphs, name: "multi", type: "Ready", status: "False" };
    await untilCondition(kube, ready, "spec.services[Ray].multinode.nodeCount");
    await untilIdle(env.operator(), IDLE);
    assertEquals(await podUids(kube, "multi"), before);
  });

  await t.step("pods of both orchestrators never existed together", async () => {
    await timeline.stop();
    assertEquals(overlaps(timeline, "multi"), []);
  });
});

async function order(kube: NamespaceClient, graph: string, orchestrator: string | null) {
  const annotations = { "nvidia.com/orchestrator": orchestrator };
  await kube.edit(graphs, graph, { metadata: { annotations } });
}

/**
 * Waits until the graph runs on the orchestrator. The timeout is long, because the garbage collector may need 30 s to
 * notice a new CRD.
 */
async function untilMoved(kube: NamespaceClient, graph: string, orchestrator: string) {
  await eventually(async () => {
    const { status } = await kube.get(graphs, graph);
    assertEquals(status?.orchestrator, orchestrator, JSON.stringify(status?.conditions));
  }, 120_000);
  return await kube.untilState(graph, "successful");
}

/**
 * Deletes a PodClique while its pods still exist, as Grove may do. Resolves when PodCliqueSet "chat" no longer exists.
 */
async function untilSetGone(kube: NamespaceClient, clique: string) {
  await eventually(async () => {
    const isKept = await kube.find(podCliques, clique);
    if (isKept) await kube.delete(podCliques, clique, { propagationPolicy: "Background" });
    assertEquals(await uidOf(kube, podCliqueSets, "chat"), undefined);
  });
}

async function uidOf(kube: NamespaceClient, kind: Resource<KubeObject>, name: string) {
  return (await kube.find(kind, name))?.metadata.uid;
}

/**
 * Creates an extra pod with this name prefix, deletes it, and returns its name. The pod runs on a node that kwok does
 * not simulate, and is terminating until the test removes its finalizer.
 */
async function hold(kube: NamespaceClient, prefix: string): Promise<string> {
  const { labels, ownerReferences } = await eventually(async () => {
    const pod = (await kube.list(pods)).find(({ metadata: { name } }) => name.startsWith(prefix));
    assert(pod, `no pod "${prefix}…" exists`);
    return pod.metadata;
  });
  const name = `${prefix}z-held`;
  await kube.apply(pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, finalizers: [HOLD], ...(labels && { labels }), ownerReferences },
    spec: {
      nodeName: NODE,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: "main", image: IMAGE }],
    },
  } as KubeObject);
  await kube.delete(pods, name);
  return name;
}

async function release(kube: NamespaceClient, pod: string): Promise<void> {
  await kube.edit(pods, pod, { metadata: { finalizers: null } });
}

async function untilReady(kube: NamespaceClient, text: string): Promise<DynamoGraphDeployment> {
  return await untilCondition(
    kube,
    { kind: graphs, name: "chat", type: "Ready", status: "False" },
    text,
  );
}

function isOf(graph: string) {
  return ({ metadata: { labels } }: KubeObject) => labels?.[GRAPH_LABEL] === graph;
}

async function podUids(kube: NamespaceClient, graph: string): Promise<(string | undefined)[]> {
  return (await kube.list(pods)).filter(isOf(graph)).map(({ metadata }) => metadata.uid).sort();
}

/**
 * Returns the names of the graph's pods at each moment when some of the pods, but not all, belonged to a PodCliqueSet.
 */
function overlaps(timeline: Timeline, graph: string): string[][] {
  return timeline.versions<Pod>(pods).filter(isOf(graph)).flatMap((moment) => {
    const existing = timeline.asOf<Pod>(pods, moment).filter(isOf(graph));
    const onGrove = existing.filter(({ metadata }) => metadata.labels?.[CLIQUE_LABEL]);
    const isMixed = onGrove.length > 0 && onGrove.length < existing.length;
    return isMixed ? [existing.map(({ metadata }) => metadata.name)] : [];
  });
}
