// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoGraphDeployment } from "../crds/kinds/graph.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { untilIdle } from "./support/operator_state.ts";
import { createTcpProxy } from "./support/tcp_proxy.ts";
import { eventually } from "./support/eventually.ts";
import { fullGraph, worker } from "./support/graphs.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { createNamespace, type NamespaceClient } from "./support/namespace_client.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { snapshotOf } from "./support/snapshot.ts";
import { startTestOperator } from "./support/test_operator.ts";
import { untilWritten } from "./support/until_written.ts";

/** For each change of the graph: the number of writes after which the proxy closes the operator's connections. */
const DISCONNECTS = [1, 1, 4, 2];

Deno.test("repeated disconnections do not change the result", {
  ignore: noCluster,
}, async () => {
  const cluster = await sharedCluster();
  using admin = await connectAdmin(cluster);
  await addPlannerRole(admin.client);
  const { hostname, port } = new URL(cluster.server);
  await using proxy = createTcpProxy({ hostname, port: Number(port) });
  proxy.forward();
  await using operator = await startTestOperator(cluster, {
    serviceAccount: "cut-connection",
    server: `https://127.0.0.1:${proxy.port}`,
  });
  const settled = async (kube: NamespaceClient) => {
    await eventually(async () => assertEquals((await operator.readiness()).status, 200));
    await kube.untilState("full", "successful");
    await untilIdle(operator);
    return await snapshotOf(kube);
  };

  const undisturbed = await createNamespace(admin.client);
  await undisturbed.apply(graphs, fullGraph("full"));
  const expected = await settled(undisturbed);

  const kube = await createNamespace(admin.client);
  const { path } = cluster.audit;
  for (const [index, count] of DISCONNECTS.entries()) {
    const since = await cluster.audit.mark();
    const reached = untilWritten({
      path,
      since,
      user: operator.user,
      reached: (writes) => writes.length >= count,
    });
    // The changes alternate: one adds the service `Extra`, the next removes this service.
    const { spec, ...graph } = fullGraph("full");
    const extra = index % 2 === 0 && { Extra: worker() };
    const services = { ...spec.services, ...extra };
    await kube.apply(graphs, { ...graph, spec: { ...spec, services } } as DynamoGraphDeployment);
    await reached;
    proxy.disconnect();
    await kube.untilState("full", "successful");
  }
  assertEquals(await settled(kube), expected);
});
