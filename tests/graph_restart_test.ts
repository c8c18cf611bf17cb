// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import type { GraphSpec } from "../crds/kinds/graph.ts";
import { type Deployment, deployments, events, namespaces } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, NEW_IMAGE, worker } from "./support/graphs.ts";
import { createNamespace, type NamespaceClient } from "./support/namespace_client.ts";
import { untilIdle } from "./support/operator_state.ts";
import { newReplicaSets, replicaSetsOf } from "./support/replica_sets.ts";
import { setQuota } from "./support/resource_quota.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { startTestOperator } from "./support/test_operator.ts";
import { recordTimeline } from "./support/timeline.ts";

const RESTART_AT = "nvidia.com/restartAt";
const SERVICES = { Decode: worker({ replicas: 2 }), Frontend: frontend(), Prefill: worker() };
const NAMES = ["chat-decode", "chat-frontend", "chat-prefill"];
const ONE_EACH = Object.fromEntries(NAMES.map((name) => [name, 1]));

type Restart = NonNullable<GraphSpec["restart"]>;

Deno.test("a restart of a graph replaces the pods of each service once", {
  ignore: noCluster,
}, async (t) => {
  const cluster = await sharedCluster();
  using admin = await connectAdmin(cluster);
  const flags = ["--leader-elect=false"];
  const start = () => startTestOperator(cluster, { serviceAccount: "graph-restart", flags });
  let operator = await start();
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => operator[Symbol.asyncDispose]());
  const kube = await createNamespace(admin.client);
  cleanUp.defer(() => admin.client.delete(namespaces, { name: kube.namespace }));

  const request = ({ id, strategy }: Restart) => {
    const replaced = strategy ? { type: null, order: null, ...strategy } : null;
    return kube.edit(graphs, "chat", { spec: { restart: { id, strategy: replaced } } });
  };
  /**
   * Calls `action` and waits until the operator is idle. Returns the operator's writes in that time, except writes of
   * Events.
   */
  const writesDuring = async (action: () => Promise<unknown>) => {
    await untilIdle(operator);
    const mark = await cluster.audit.mark();
    await action();
    await untilIdle(operator);
    return writesOf(operator.user, await cluster.audit.entries(mark))
      .filter(({ namespace, resource }) => namespace === kube.namespace && resource !== "events")
      .map(requestKind);
  };

  await kube.apply(graphs, graphOf("chat", SERVICES));
  await kube.untilState("chat", "successful");
  await untilIdle(operator);

  await t.step("a sequential restart replaces one service after the other", async () => {
    const before = await replicaSetsOf(kube);
    const kinds = [graphs, components, deployments];
    await using timeline = await recordTimeline(admin.client, kube.namespace, kinds);
    const order = ["Prefill", "Decode", "Frontend"];
    await request({ id: "1", strategy: { order } });
    await untilPhase(kube, "1", "Completed");
    await kube.untilState("chat", "successful");
    await untilIdle(operator);
    await timeline.stop();
    assertEquals(newReplicaSets(before, await replicaSetsOf(kube)), ONE_EACH);
    assertEquals(await idsOfPods(kube), ["1", "1", "1"]);

    const steps = timeline.versions(graphs).flatMap(({ status }) => status?.restart ?? [])
      .map(({ phase, inProgress = [] }) => [phase, ...inProgress].join(" "));
    assertEquals(steps.filter((step, index) => step !== steps[index - 1]), [
      ...order.map((service) => `Restarting ${service}`),
      "Completed",
    ]);
    for (const [index, service] of order.entries()) {
      const name = `chat-${service.toLowerCase()}`;
      const first = timeline.versions(components).find(({ metadata, spec }) =>
        metadata.name === name && spec.annotations?.[RESTART_AT] === "1"
      );
      if (!first) throw new Error(`Cannot find the restart of "${name}"`);
      const earlier = order.slice(0, index).map((key) => `chat-${key.toLowerCase()}`);
      const rolledOut = timeline.asOf(deployments, first).filter(isRolledOut)
        .map(({ metadata }) => metadata.name);
      assertEquals(earlier.filter((one) => !rolledOut.includes(one)), [], name);
    }
    const recorded = (await kube.list(events))
      .filter(({ reportingController }) => reportingController?.startsWith("dynamo"))
      .map(({ reason, note }) => `${reason}: ${note}`);
    assertEquals([...new Set(recorded)].sort(), [
      "Ready: All resources are ready",
      'RestartCompleted: Restart "1" is complete: all services are ready',
      'RestartStarted: Restart "1" has begun',
    ]);
  });

  await t.step("the same id, also after the request is removed, writes nothing", async () => {
    assertEquals(await writesDuring(() => request({ id: "1" })), [
      "patch dynamographdeployments.nvidia.com/status",
    ]);
    const remove = () => kube.edit(graphs, "chat", { spec: { restart: null } });
    assertEquals(await writesDuring(remove), ["patch dynamographdeployments.nvidia.com/status"]);
    await untilPhase(kube, "1", "Completed");
    const restartOperator = async () => {
      await operator.stop();
      operator = await start();
    };
    assertEquals(await writesDuring(restartOperator), []);
  });

  await t.step("a parallel restart replaces all services at once", async () => {
    const before = await replicaSetsOf(kube);
    await request({ id: "2", strategy: { type: "Parallel" } });
    await untilPhase(kube, "2", "Completed");
    await kube.untilState("chat", "successful");
    await untilIdle(operator);
    assertEquals(newReplicaSets(before, await replicaSetsOf(kube)), ONE_EACH);
    assertEquals(await idsOfPods(kube), ["2", "2", "2"]);
    const edit = { metadata: { annotations: { "example.com/a": "b" } } };
    assertEquals(await writesDuring(() => kube.edit(graphs, "chat", edit)), []);
  });

  await t.step("a paused graph restarts after the pause", async () => {
    const before = await replicaSetsOf(kube);
    const pause = (value: string | null) =>
      kube.edit(graphs, "chat", { metadata: { annotations: { "nvidia.com/paused": value } } });
    await pause("true");
    await request({ id: "3", strategy: { type: "Parallel" } });
    await untilPhase(kube, "3", "Pending");
    await untilIdle(operator);
    assertEquals(newReplicaSets(before, await replicaSetsOf(kube)), {});
    await pause(null);
    await untilPhase(kube, "3", "Completed");
    assertEquals(newReplicaSets(before, await replicaSetsOf(kube)), ONE_EACH);
  });

  await t.step("a killed operator continues, and a change of the spec supersedes", async () => {
    const before = await replicaSetsOf(kube);
    // The quota prevents new pods, so the first service cannot become ready.
    await setQuota(admin.client, kube.namespace, { pods: "0" });
    await request({ id: "4" });
    await untilPhase(kube, "4", "Restarting", ["Decode"]);
    await operator.stop("SIGKILL");
    operator = await start();
    await untilIdle(operator);
    await untilPhase(kube, "4", "Restarting", ["Decode"]);
    await kube.edit(graphs, "chat", { spec: { services: { Decode: { replicas: 1 } } } });
    await kube.untilState("chat", "pending");
    await untilPhase(kube, "4", "Restarting", ["Decode"]);
    assertEquals(newReplicaSets(before, await replicaSetsOf(kube)), { "chat-decode": 1 });

    const image = { extraPodSpec: { mainContainer: { image: NEW_IMAGE } } };
    await kube.edit(graphs, "chat", { spec: { services: { Prefill: image } } });
    await untilPhase(kube, "4", "Superseded");
    await setQuota(admin.client, kube.namespace, { pods: "100" });
    await kube.untilState("chat", "successful");
    await untilIdle(operator);
    const rolled = { "chat-decode": 1, "chat-prefill": 1 };
    assertEquals(newReplicaSets(before, await replicaSetsOf(kube)), rolled);
    assertEquals(await idsOfPods(kube), ["4", "3", "3"]);
    await untilPhase(kube, "4", "Superseded");
  });

  await t.step("a graph that is created with a request replaces no pod", async () => {
    const other = graphOf("other", { Frontend: frontend(), Worker: worker() });
    const spec = { ...other.spec, restart: { id: "first" } };
    await kube.apply(graphs, { ...other, spec } as typeof other);
    await kube.untilState("other", "successful");
    await untilIdle(operator);
    const { status } = await kube.get(graphs, "other");
    assertEquals(status?.restart, { observedID: "first", phase: "Completed" });
    const sets = await replicaSetsOf(kube);
    assertEquals([sets["other-frontend"]?.length, sets["other-worker"]?.length], [1, 1]);
  });

  await t.step("a graph that is deleted during a restart restarts no further service", async () => {
    await setQuota(admin.client, kube.namespace, { pods: "0" });
    await request({ id: "5" });
    await untilPhase(kube, "5", "Restarting", ["Decode"]);
    const writes = await writesDuring(async () => {
      await kube.delete(graphs, "chat", { propagationPolicy: "Foreground" });
      await kube.untilGone(graphs, "chat");
    });
    assertEquals(writes.filter((write) => !write.endsWith("/status")), []);
    for (const name of NAMES) await kube.untilGone(components, name);
  });
});

async function untilPhase(
  kube: NamespaceClient,
  observedID: string,
  phase: string,
  inProgress?: string[],
): Promise<void> {
  await eventually(async () => {
    const { metadata, status } = await kube.get(graphs, "chat");
    assertEquals(status?.observedGeneration, metadata.generation);
    const restart = status?.restart;
    assertEquals(
      [restart?.observedID, restart?.phase, restart?.inProgress],
      [observedID, phase, inProgress],
    );
  });
}

async function idsOfPods(kube: NamespaceClient): Promise<(string | undefined)[]> {
  const found = await Promise.all(NAMES.map((name) => kube.get(deployments, name)));
  return found.map(({ spec }) => spec?.template.metadata?.annotations?.[RESTART_AT]);
}

function isRolledOut({ metadata, spec, status }: Deployment): boolean {
  const counts = [status?.replicas, status?.updatedReplicas, status?.availableReplicas];
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    counts.every((count) => count === spec?.replicas) &&
    spec?.template.metadata?.annotations?.[RESTART_AT] === "1";
}
