/**
 * Tests repeated handovers between a cluster-wide operator and three namespace-scoped operators, while graphs change.
 * Each namespace-scoped operator has its own version and namespace. The test reads the time of each write from the
 * audit log.
 */
// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { MARKER_NAME } from "../lease/marker_lease.ts";
import {
  createSharedNamespaces,
  describeHandovers,
  findHandovers,
  startScopedOperator,
} from "./support/hybrid_namespaces.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { SHORT_HANDOVER_FLAGS, startTestOperator } from "./support/test_operator.ts";
import { watchProxy } from "./support/watch_proxy.ts";

const VERSIONS = ["v1.0.0", "v2.0.0-beta", "v3.1.4"];
/**
 * Number of times that each namespace changes to a namespace-scoped operator and then back to the cluster-wide
 * operator.
 */
const ROUND_TRIPS = 34;
/** Delay of watch events in the proxy. Within this time, a namespace-scoped operator can start and write. */
const STALL_MS = 3_000;

Deno.test("during many handovers, two operators never write to one namespace at the same time", {
  ignore: noCluster,
}, async () => {
  await using owned = new AsyncDisposableStack();
  const cluster = await sharedCluster();
  const mark = await cluster.audit.mark();
  const proxy = owned.use(await watchProxy(cluster, (path) => path.includes(MARKER_NAME)));
  const namespaces = await createSharedNamespaces(owned, cluster, {
    prefix: "hybrid",
    versions: VERSIONS,
  });
  const { server } = proxy;
  const clusterWide = owned.use(
    await startTestOperator(cluster, {
      serviceAccount: "hybrid-wide",
      flags: SHORT_HANDOVER_FLAGS,
      server,
    }),
  );
  const writers = new Set([clusterWide.user]);

  await Promise.all(namespaces.map(async (shared) => {
    await shared.churn.changeAndWait();
    for (let trip = 0; trip < ROUND_TRIPS; trip++) {
      // In every third iteration, the proxy delays the watch events of marker Leases. So the cluster-wide operator
      // detects late that the namespace-scoped operator has started.
      if (trip % 3 === 2) proxy.stall(STALL_MS);
      await using scoped = await startScopedOperator(cluster, shared, SHORT_HANDOVER_FLAGS);
      writers.add(scoped.user);
      await shared.churn.changeAndWait();
      assertEquals(await scoped.stop(), 0, await scoped.log());
      await shared.churn.changeAndWait();
    }
  }));
  for (const { churn } of namespaces) await churn.assertConverged();
  const found = await findHandovers(cluster, mark, [...writers], namespaces);
  const back = found.filter(({ to }) => to === clusterWide.user).length;
  console.log(`${describeHandovers(found)}; ${back} round trips`);
  assert(back >= ROUND_TRIPS * VERSIONS.length, `only ${back} round trips`);
});
