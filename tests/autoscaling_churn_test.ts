/**
 * Tests that the operator neither loses nor reorders the replica counts that an autoscaler sets while a user edits the
 * graph. One of the tests also kills operators. DYNAMO_TEST_AUTOSCALING_SECONDS sets the duration of each test.
 */
// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { writesOf } from "../devcluster/audit_entry.ts";
import { deployments, namespaces } from "../kube/builtin.ts";
import { components, graphs, scalingAdapters } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { assertInOrder, replicasOf } from "./support/autoscaling.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import { createNamespace, type NamespaceClient } from "./support/namespace_client.ts";
import { untilIdle } from "./support/operator_state.ts";
import { seededRandom, seedOfRun } from "./support/seeded_random.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { startTestOperator } from "./support/test_operator.ts";
import { recordTimeline } from "./support/timeline.ts";

const DURATION_MS = 1_000 * Number(Deno.env.get("DYNAMO_TEST_AUTOSCALING_SECONDS") ?? 15);
const SCALE_INTERVAL_MS = 500;
const EDIT_INTERVAL_MS = 350;
const KILL_INTERVAL_MS = 10_000;
const MAX_REPLICAS = 20;
/** Replica count in the user's stale manifests. The autoscaler never sets this value. */
const STALE = 40;
const ADAPTER = "chat-worker";

for (const kills of [false, true]) {
  Deno.test(
    `no replicas of an autoscaler are lost while the graph is edited${
      kills ? " and operators are killed" : ""
    }`,
    { ignore: noCluster },
    async () => {
      const seed = seedOfRun();
      console.log(`DYNAMO_TEST_SEED=${seed}`);
      const random = seededRandom(seed);
      const cluster = await sharedCluster();
      await using owned = new AsyncDisposableStack();
      const { client } = owned.use(await connectAdmin(cluster));
      const kube = await createNamespace(client);
      owned.defer(() => client.delete(namespaces, { name: kube.namespace }));
      const start = () =>
        startTestOperator(cluster, {
          serviceAccount: "autoscaling-churn",
          // Without leader election, the next operator does not wait until the Lease of the killed operator expires.
          flags: ["--leader-elect=false"],
        });
      let operator = await start();
      owned.defer(() => operator[Symbol.asyncDispose]());
      const mark = await cluster.audit.mark();
      await kube.apply(graphs, manifest(0));
      await kube.untilState("chat", "successful");
      const kinds = [scalingAdapters, components, deployments];
      const timeline = owned.use(await recordTimeline(client, kube.namespace, kinds));

      const endMs = performance.now() + DURATION_MS;
      const written = [2];
      await Promise.all([
        every(SCALE_INTERVAL_MS, endMs, async () => {
          const replicas = Math.floor(random() * (MAX_REPLICAS + 1));
          await scale(kube, replicas);
          if (written.at(-1) !== replicas) written.push(replicas);
        }),
        every(EDIT_INTERVAL_MS, endMs, async (step) => {
          if (step % 3 === 0) await kube.apply(graphs, manifest(step));
          else await kube.edit(graphs, "chat", edit(step));
        }),
        every(KILL_INTERVAL_MS, endMs, async (step) => {
          if (!kills || step === 0) return;
          await operator.stop("SIGKILL");
          operator = await start();
        }),
      ]);

      const last = written.at(-1) ?? 0;
      await eventually(async () => {
        const { spec, status } = await kube.get(deployments, ADAPTER);
        assertEquals([spec?.replicas, status?.readyReplicas ?? 0], [last, last]);
        const graph = await kube.get(graphs, "chat");
        assertEquals(graph.spec.services?.["Worker"]?.replicas, last);
        assertEquals((await kube.get(scalingAdapters, ADAPTER)).status?.replicas, last);
      });
      await kube.untilState("chat", "successful");
      await untilIdle(operator);
      await timeline.stop();

      assertEquals(replicasOf(timeline.versions(scalingAdapters)), written);
      for (const versions of [timeline.versions(components), timeline.versions(deployments)]) {
        const actual = replicasOf(versions.filter(({ metadata }) => metadata.name === ADAPTER));
        assertInOrder(actual, written);
        assert(actual.length > written.length / (kills ? 4 : 2), `only ${actual.length} changes`);
      }
      const requests = writesOf(operator.user, await cluster.audit.entries(mark));
      const ofAdapter = requests.filter(({ resource, subresource, namespace }) =>
        resource === scalingAdapters.plural && subresource === "" && namespace === kube.namespace
      );
      // The operator creates the adapter, and never applies it again.
      assertEquals(ofAdapter.map(({ verb, code }) => `${verb} ${code}`), ["patch 201"]);
    },
  );
}

function manifest(step: number) {
  const replicas = step === 0 ? 2 : STALE;
  return graphOf("chat", {
    Frontend: frontend({ replicas: step % 2 }),
    Worker: worker({ replicas, scalingAdapter: { enabled: true } }),
  });
}

/** Returns a patch of the graph that does not change the replicas of the worker. */
function edit(step: number) {
  return {
    metadata: { labels: { step: `${step}` } },
    spec: { services: { Frontend: { envs: [{ name: "STEP", value: `${step}` }] } } },
  };
}

async function scale({ client, namespace }: NamespaceClient, replicas: number): Promise<void> {
  const patch = { type: "merge", subresource: "scale", body: { spec: { replicas } } } as const;
  await client.patch(scalingAdapters, { name: ADAPTER, namespace }, patch);
}

/** Calls `act` every `intervalMs` milliseconds until `endMs`. `step` is the number of previous calls. */
async function every(
  intervalMs: number,
  endMs: number,
  act: (step: number) => Promise<void>,
): Promise<void> {
  for (let step = 0; performance.now() < endMs; step++) {
    const nextMs = performance.now() + intervalMs;
    await act(step);
    const pauseMs = Math.max(0, nextMs - performance.now());
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
