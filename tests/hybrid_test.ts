/**
 * One cluster-wide operator and three namespace-scoped ones of different versions: each namespace goes to and fro
 * between them while users work in it. The API server's audit log says who wrote when.
 */
// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Cluster } from "../devcluster/cluster.ts";
import { MARKER_NAME } from "../lease/marker_lease.ts";
import { sumOfMetric } from "./bench/metrics_text.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { eventually } from "./support/eventually.ts";
import { atMs, type Handover, handoversIn, namespaceWrites } from "./support/handovers.ts";
import { type RestlessUsers, restlessUsers } from "./support/restless_users.ts";
import { openScene } from "./support/scene.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { SHORT_TIMES } from "./support/short_times.ts";
import { startTestOperator, type TestOperator } from "./support/test_operator.ts";
import { watchProxy } from "./support/watch_proxy.ts";

/** For each namespace, all three at the same time. */
const ROUND_TRIPS = 17;
const HANDOVERS = 100;
/** Longer than it takes a namespace-scoped operator to begin. */
const HUSH_MS = 4_000;
const VERSIONS = ["v1.0.0", "v2.0.0-beta", "v3.1.4"];

/** Stands in one namespace, with users in it. */
interface Place {
  namespace: string;
  version: string;
  account: string;
  users: RestlessUsers;
}

async function places(
  owned: AsyncDisposableStack,
  cluster: Cluster,
  prefix: string,
): Promise<Place[]> {
  const { client } = owned.use(await connectAdmin(cluster));
  return await Promise.all(VERSIONS.map(async (version, index) => {
    const scene = await openScene(client);
    const users = owned.use(await restlessUsers(scene));
    return { namespace: scene.namespace, version, account: `${prefix}-${index}`, users };
  }));
}

/** Starts the operator of a place and resolves when it acts there. */
async function arrive(cluster: Cluster, place: Place, flags: string[]): Promise<TestOperator> {
  const operator = await startTestOperator(cluster, {
    account: place.account,
    restrictedTo: place.namespace,
    flags: [...flags, `--operator-version=${place.version}`],
  });
  await eventually(async () => {
    const answer = await fetch(`${operator.metricsUrl}/metrics`);
    const passes = sumOfMetric(await answer.text(), "controller_runtime_reconcile_total") ?? 0;
    assert(passes > 0, await operator.log());
  });
  return operator;
}

async function handovers(
  cluster: Cluster,
  since: Awaited<ReturnType<Cluster["audit"]["mark"]>>,
  users: readonly string[],
  stood: readonly Place[],
): Promise<Handover[]> {
  const entries = await cluster.audit.entries(since);
  return stood.flatMap(({ namespace }) =>
    handoversIn(namespace, namespaceWrites(entries, users, namespace))
  );
}

function smallest(found: readonly Handover[]): string {
  const least = found.toSorted((a, b) => a.gapMs - b.gapMs)[0];
  return `${found.length} hand-overs, smallest gap ${least?.gapMs.toFixed(1)} ms`;
}

Deno.test("a namespace goes to and fro between operators, and never two write in it", {
  ignore: noCluster,
}, async () => {
  await using owned = new AsyncDisposableStack();
  const cluster = await sharedCluster();
  const mark = await cluster.audit.mark();
  const proxy = owned.use(await watchProxy(cluster, (path) => path.includes(MARKER_NAME)));
  const stood = await places(owned, cluster, "hybrid");
  const flags = SHORT_TIMES;
  const { server } = proxy;
  const wide = owned.use(
    await startTestOperator(cluster, { account: "hybrid-wide", flags, server }),
  );
  const writers = new Set([wide.user]);

  await Promise.all(stood.map(async (place) => {
    await place.users.changeAndWait();
    for (let trip = 0; trip < ROUND_TRIPS; trip++) {
      // Every third time the news of the marker does not reach the cluster-wide operator.
      if (trip % 3 === 2) proxy.hush(HUSH_MS);
      await using scoped = await arrive(cluster, place, SHORT_TIMES);
      writers.add(scoped.user);
      await place.users.changeAndWait();
      assertEquals(await scoped.stop(), 0, await scoped.log());
      await place.users.changeAndWait();
    }
  }));
  for (const { users } of stood) await users.assertRight();
  const found = await handovers(cluster, mark, [...writers], stood);
  console.log(smallest(found));
  assert(found.length >= HANDOVERS, `only ${found.length} hand-overs`);
});

Deno.test("with the default times a namespace comes back 2 s after a stop and 32 s after a kill", {
  ignore: noCluster,
}, async () => {
  await using owned = new AsyncDisposableStack();
  const cluster = await sharedCluster();
  const mark = await cluster.audit.mark();
  const stood = await places(owned, cluster, "default");
  const [killed, failingOver, stopped] = stood;
  if (!killed || !failingOver || !stopped) {
    throw new Error("Cannot do with fewer than three places");
  }
  const wide = owned.use(await startTestOperator(cluster, { account: "default-wide" }));
  const standbyAccount = `${failingOver.account}-standby`;
  const [first, second, third] = await Promise.all(
    stood.map((place) => arrive(cluster, place, [])),
  );
  if (!first || !second || !third) throw new Error("Cannot do with fewer than three operators");
  const standby = owned.use(
    await startTestOperator(cluster, {
      account: standbyAccount,
      restrictedTo: failingOver.namespace,
    }),
  );
  owned.use(first);
  owned.use(second);
  owned.use(third);
  const users = [wide, first, second, third, standby].map(({ user }) => user);
  /** When somebody first wrote into a place after that moment, and who. */
  const nextWriter = (place: Place, sinceMs: number, not: TestOperator) =>
    eventually(async () => {
      const entries = await cluster.audit.entries(mark);
      const next = namespaceWrites(entries, users, place.namespace)
        .find(({ user, receivedAt }) => user !== not.user && atMs(receivedAt) > sinceMs);
      assert(next !== undefined, "nobody has written yet");
      return { user: next.user, afterMs: atMs(next.receivedAt) - sinceMs };
    });

  const all = await cluster.kubectl([
    ...["get", "lease", "-A", "--field-selector", `metadata.name=${MARKER_NAME}`],
  ]);
  for (const { namespace } of stood) assertStringIncludes(all, namespace);
  const holder = await cluster.kubectl([
    ...["get", "lease", "-n", stopped.namespace, MARKER_NAME],
    ...["-o", "jsonpath={.spec.holderIdentity}"],
  ]);
  assertEquals(holder, `namespace-restricted-operator-${stopped.version}`);

  // A standby that saw no renewal cannot know that the marker has not lapsed, and would wait before it writes.
  const renewTime = () =>
    cluster.kubectl([
      ...["get", "lease", "-n", failingOver.namespace, MARKER_NAME],
      ...["-o", "jsonpath={.spec.renewTime}"],
    ]);
  const seen = await renewTime();
  await eventually(async () => assert(await renewTime() !== seen, "not renewed yet"));

  const stops = [
    { place: killed, operator: first, signal: "SIGKILL", by: wide, withinMs: 32_000 },
    { place: failingOver, operator: second, signal: "SIGKILL", by: standby, withinMs: 18_000 },
    { place: stopped, operator: third, signal: "SIGTERM", by: wide, withinMs: 2_000 },
  ] as const;
  await Promise.all(stops.map(async ({ place, operator, signal, by, withinMs }) => {
    await place.users.changeAndWait();
    await operator.stop(signal);
    const endedMs = Date.now();
    const { user, afterMs } = await nextWriter(place, endedMs, operator);
    console.log(`after ${signal} "${user}" wrote ${Math.round(afterMs)} ms later`);
    assertEquals(user, by.user);
    assert(afterMs < withinMs, `it took ${afterMs} ms after ${signal}`);
  }));
  for (const place of stood) await place.users.assertRight();
  console.log(smallest(await handovers(cluster, mark, users, stood)));
});
