/** Tests graphs with multinode services on the real controller of LeaderWorkerSets. The pods are simulated. */
// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertMatch } from "@std/assert";
import { lws } from "../devcluster/addons/lws.ts";
import { volcanoCrds } from "../devcluster/addons/volcano_crds.ts";
import type { AuditMark } from "../devcluster/audit.ts";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import { startCluster } from "../devcluster/start_cluster.ts";
import { deployments, namespaces, type Pod, pods, secrets, services } from "../kube/builtin.ts";
import type { KubeObject } from "../kube/object.ts";
import {
  type LeaderWorkerSet,
  leaderWorkerSets,
  type PodGroup,
  podGroups,
} from "../kube/optional_kinds.ts";
import { resource } from "../kube/resource.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { untilCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, NEW_IMAGE, worker } from "./support/graphs.ts";
import { installCrds } from "./support/installation.ts";
import { LWS_KINDS, multinodeWorker, statefulSets } from "./support/multinode.ts";
import { createNamespace, type NamespaceClient } from "./support/namespace_client.ts";
import { allObjectNamesIn, objectNamesIn } from "./support/namespace_objects.ts";
import { untilIdle } from "./support/operator_state.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestOperator, type TestOperator } from "./support/test_operator.ts";

/** Timeout for deletions by the garbage collector, which may need 30 s to discover a new CRD. */
const DELETION_MS = 120_000;
const MPI_SECRET = "mpi-run-ssh-secret";
const resourceQuotas = resource<KubeObject>({
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  namespaced: true,
});

Deno.test("a multinode graph runs on LeaderWorkerSets from its creation to its deletion", {
  // The test starts its own control plane, because other tests expect an API server without LeaderWorkerSets.
  ignore: noCluster,
}, async (t) => {
  await using cluster = await startCluster();
  await installCrds(cluster);
  using admin = await connectAdmin(cluster);
  const start = () => startTestOperator(cluster, { serviceAccount: "lws" });
  let operator: TestOperator = await start();
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => operator[Symbol.asyncDispose]());
  const kube = await createNamespace(admin.client);
  const applied = (ray: ReturnType<typeof multinodeWorker>) =>
    kube.apply(graphs, graphOf("chat", { Frontend: frontend(), Ray: ray }));
  const settled = () => kube.untilState("chat", "successful");
  const writesSince = async (mark: AuditMark) =>
    writesOf(operator.user, await cluster.audit.entries(mark)).map(requestKind);

  await t.step("the graph is failed until the API server serves LeaderWorkerSets", async () => {
    await applied(multinodeWorker());
    await untilCondition(
      kube,
      { kind: graphs, name: "chat", type: "Ready", status: "False" },
      "no multinode orchestrator available",
    );
    await lws(cluster);
    const { status } = await settled();
    assertEquals(status?.services?.["Ray"], {
      componentKind: "LeaderWorkerSet",
      componentName: "chat-ray-0",
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 1,
    });
  });

  await t.step("each node has a pod, and the Service selects the leader", async () => {
    assertEquals((await podsOf(kube)).map(({ metadata }) => metadata.name), [
      "chat-ray-0-0",
      "chat-ray-0-0-1",
    ]);
    const [leader, other] = await podsOf(kube);
    const { spec } = await kube.get(services, "chat-ray");
    const isSelected = (pod: Pod | undefined) =>
      Object.entries(spec?.selector ?? {}).every(([key, value]) =>
        pod?.metadata.labels?.[key] === value
      );
    assertEquals([isSelected(leader), isSelected(other)], [true, false]);
    const env = leader?.spec?.containers[0]?.env ?? [];
    const address = env.find(({ name }) => name === "LWS_LEADER_ADDRESS")?.value;
    assertEquals(address, `chat-ray-0-0.chat-ray-0.${kube.namespace}`);
  });

  await t.step("at the fixpoint and after a restart nothing is written", async () => {
    await untilIdle(operator);
    const mark = await cluster.audit.mark();
    await operator[Symbol.asyncDispose]();
    operator = await start();
    await untilIdle(operator, { idleMs: 3_000 });
    assertEquals(await writesSince(mark), []);
  });

  await t.step("replicas are added and removed", async () => {
    for (const replicas of [3, 1]) {
      await applied(multinodeWorker({ replicas }));
      const { status } = await settled();
      assertEquals(status?.services?.["Ray"]?.readyReplicas, replicas);
      const names = Array.from({ length: replicas }, (_, index) => `chat-ray-${index}`);
      await eventually(async () =>
        assertEquals(
          (await kube.list(leaderWorkerSets)).map(({ metadata }) => metadata.name),
          names,
        )
      );
    }
    await eventually(async () => assertEquals((await podsOf(kube)).length, 2));
  });

  await t.step("a new image is rolled out in one replica after the other", async () => {
    await applied(multinodeWorker({ replicas: 2 }));
    await settled();
    const rollouts = watchRollouts(kube);
    await applied(multinodeWorker({ replicas: 2 }, { image: NEW_IMAGE }));
    await settled();
    assertEquals((await imagesOf(kube)).filter((image) => image !== NEW_IMAGE), []);
    // The controller reports a group as ready before all its worker pods are ready, so the test waits for all four
    // pods.
    await eventually(async () => assertEquals(await imagesOf(kube), Array(4).fill(NEW_IMAGE)));
    assertEquals(await rollouts.most(), 1);
  });

  await t.step("another number of nodes creates the groups again", async () => {
    const before = await uidsOf(kube);
    const spec = { replicas: 2, multinode: { nodeCount: 3 } };
    await applied(multinodeWorker(spec, { image: NEW_IMAGE }));
    await untilCondition(
      kube,
      { kind: components, name: "chat-ray", type: "Available", status: "False" },
      "is being deleted and created again: the number of nodes changes from 2 to 3",
    );
    await settled();
    await eventually(async () => assertEquals((await podsOf(kube)).length, 6));
    assertEquals((await uidsOf(kube)).filter((uid) => before.includes(uid)), []);
  });

  await t.step("a component with the name of a LeaderWorkerSet gets no objects", async () => {
    await kube.apply(graphs, graphOf("chat-ray", { "0": worker() }));
    await untilCondition(
      kube,
      { kind: components, name: "chat-ray-0", type: "NameConflict", status: "True" },
      'LeaderWorkerSet "chat-ray-0" exists',
    );
    await untilIdle(operator);
    assertEquals(await kube.find(deployments, "chat-ray-0"), undefined);
    await kube.delete(graphs, "chat-ray");
    await kube.untilGone(components, "chat-ray-0");
    await settled();
  });

  await t.step("a service that no longer spans nodes becomes a Deployment", async () => {
    await applied(worker());
    await settled();
    await eventually(async () =>
      assertEquals(await objectNamesIn(kube, [leaderWorkerSets, statefulSets]), [])
    );
  });

  await t.step("a pod that cannot be created is reported with the reason", async () => {
    const full = await createNamespace(admin.client);
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "one-pod" } };
    await full.apply(resourceQuotas, { ...quota, spec: { hard: { pods: "1" } } } as KubeObject);
    await full.apply(graphs, graphOf("chat", { Ray: multinodeWorker() }));
    await untilCondition(
      full,
      { kind: components, name: "chat-ray", type: "Available", status: "False" },
      // The quota admits one pod. If this pod is the leader, the StatefulSet of its workers cannot create a pod.
      'missing pods: StatefulSet "chat-ray-0',
      "FailedCreate",
      "exceeded quota",
    );
    await full.delete(resourceQuotas, "one-pod");
    await full.untilState("chat", "successful");
    await admin.client.delete(namespaces, { name: full.namespace });
  });

  await t.step("a graph with every framework becomes successful", async () => {
    const frameworks = ["vllm", "sglang", "trtllm"];
    const services = Object.fromEntries(
      frameworks.map((framework) => [framework, multinodeWorker({}, { framework })]),
    );
    await kube.apply(graphs, graphOf("all", services));
    await kube.untilState("all", "successful");
    assertEquals((await kube.find(secrets, MPI_SECRET))?.metadata.name, MPI_SECRET);
    await kube.delete(graphs, "all");
    await kube.untilGone(secrets, MPI_SECRET);
  });

  for (const propagationPolicy of ["Background", "Foreground"] as const) {
    await t.step(`a deletion leaves nothing behind (${propagationPolicy})`, async () => {
      await applied(multinodeWorker());
      await settled();
      await kube.delete(graphs, "chat", { propagationPolicy });
      await eventually(async () => {
        assertEquals(await allObjectNamesIn(kube), []);
        assertEquals(await objectNamesIn(kube, LWS_KINDS), []);
      }, DELETION_MS);
    });
  }

  await t.step("the longest name that is accepted runs, a longer one is refused", async () => {
    const longest = "r".repeat(52 - "chat-".length - "-0-0".length);
    await kube.apply(graphs, graphOf("chat", { [longest]: multinodeWorker() }));
    await settled();
    await kube.apply(graphs, graphOf("chat", { [`${longest}r`]: multinodeWorker() }));
    const { status } = await kube.untilState("chat", "failed");
    const message = status?.conditions?.find(({ type }) => type === "Ready")?.message ?? "";
    assertMatch(message, /is too long for a LeaderWorkerSet: shorten it to at most 48 characters/);
    await applied(multinodeWorker());
    await settled();
  });

  await t.step("Volcano that is installed later changes only new replicas", async () => {
    const before = await kube.get(leaderWorkerSets, "chat-ray-0");
    await volcanoCrds(cluster);
    await untilVolcanoIsNoticed(kube);
    await applied(multinodeWorker({ replicas: 2 }));
    const group: PodGroup = await eventually(() => kube.get(podGroups, "chat-ray-1"));
    assertEquals(group.spec, { minMember: 2 });
    const added = await eventually(() => kube.get(leaderWorkerSets, "chat-ray-1"));
    assertEquals(schedulerOf(added), "volcano");
    await untilIdle(operator);
    const { metadata } = await kube.get(leaderWorkerSets, "chat-ray-0");
    assertEquals(metadata.generation, before.metadata.generation);
    assertEquals((await kube.list(podGroups)).map(({ metadata }) => metadata.name), ["chat-ray-1"]);

    await applied(multinodeWorker({ replicas: 1 }));
    await kube.untilGone(podGroups, "chat-ray-1");
    await settled();
    await kube.delete(graphs, "chat");
    await eventually(async () => assertEquals(await objectNamesIn(kube, LWS_KINDS), []));
  });
});

function schedulerOf({ spec }: LeaderWorkerSet): string | undefined {
  return spec?.leaderWorkerTemplate.leaderTemplate?.spec?.schedulerName;
}

/**
 * Resolves when the operator has noticed the CRD of PodGroups. From then on, the operator creates a PodGroup when a
 * graph changes. So the function changes a graph until a PodGroup exists.
 */
async function untilVolcanoIsNoticed(kube: NamespaceClient): Promise<void> {
  let changes = 0;
  await eventually(async () => {
    const envs = [{ name: "CHANGES", value: `${changes++}` }];
    await kube.apply(graphs, graphOf("gang", { Ray: multinodeWorker({ envs }) }));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await kube.get(podGroups, "gang-ray-0");
  });
  await kube.delete(graphs, "gang");
  await kube.untilGone(podGroups, "gang-ray-0");
}

async function podsOf(kube: NamespaceClient): Promise<Pod[]> {
  return (await kube.list(pods))
    .filter(({ metadata }) => metadata.labels?.["nvidia.com/dynamo-component"] === "Ray")
    .sort((a, b) => a.metadata.name < b.metadata.name ? -1 : 1);
}

async function imagesOf(kube: NamespaceClient): Promise<(string | undefined)[]> {
  return (await podsOf(kube)).map(({ spec }) => spec?.containers[0]?.image);
}

async function uidsOf(kube: NamespaceClient): Promise<string[]> {
  return (await kube.list(leaderWorkerSets)).map(({ metadata }) => metadata.uid ?? "");
}

/**
 * Polls the LeaderWorkerSets until the caller calls the returned method `most`. The method returns the maximum number
 * of LeaderWorkerSets that were in a rollout at the same time. A rollout lasts from a change of the spec until the
 * LeaderWorkerSet is available again. The LeaderWorkerSet may later become unavailable for a moment, because its
 * controller counts a group as ready before all worker pods are ready.
 */
function watchRollouts(kube: NamespaceClient) {
  const stop = new AbortController();
  const sets = new Map<string, { generation: number | undefined; phase: string }>();
  const polls = (async () => {
    let most = 0;
    while (!stop.signal.aborted) {
      for (const { metadata, status } of await kube.list(leaderWorkerSets)) {
        const { name, generation } = metadata;
        const known = sets.get(name) ?? { generation, phase: "ready" };
        const isAvailable = status?.conditions?.find(({ type }) =>
          type === "Available"
        )?.status === "True";
        if (known.generation !== generation) known.phase = "changed";
        if (known.phase === "changed" && !isAvailable) known.phase = "unavailable";
        if (known.phase === "unavailable" && isAvailable) known.phase = "ready";
        sets.set(name, { ...known, generation });
      }
      most = Math.max(most, [...sets.values()].filter(({ phase }) => phase !== "ready").length);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return most;
  })();
  return {
    async most() {
      stop.abort();
      return await polls;
    },
  };
}
