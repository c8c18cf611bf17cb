// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { deleteNamespace } from "./support/delete_namespace.ts";
import { eventually } from "./support/eventually.ts";
import { operatorServiceAccount } from "./support/installation.ts";
import { untilIdle } from "./support/operator_state.ts";
import { fullGraph, graphOf, worker } from "./support/graphs.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";
import { SHORT_HANDOVER_FLAGS, startTestOperator } from "./support/test_operator.ts";

Deno.test("the deletion of a namespace with graphs completes, without an error of the operator", {
  ignore: noCluster,
}, async () => {
  await using env = await startTestEnvironment({ serviceAccount: "namespace-deletion" });
  await addPlannerRole(env.client);
  const kube = await createNamespace(env.client);
  await kube.apply(graphs, fullGraph("full"));
  for (const name of ["one", "two", "three"]) {
    await kube.apply(graphs, graphOf(name, { Worker: worker() }));
  }
  for (const name of ["full", "one", "two", "three"]) await kube.untilState(name, "successful");

  await deleteNamespace(env.client, kube.namespace);
  await untilIdle(env.operator);
  const errors = (await env.operator.log()).split("\n").filter((line) => line.includes('"ERROR"'));
  assertEquals(errors, []);
});

Deno.test(
  "a namespace-scoped operator waits while its namespace is deleted, and manages it again after its creation",
  {
    ignore: noCluster,
  },
  async () => {
    const cluster = await sharedCluster();
    await using admin = await connectAdmin(cluster);
    const kube = await createNamespace(admin.client);
    const { namespace } = kube;
    const serviceAccount = "deleted-namespace";
    await using operator = await startTestOperator(cluster, {
      serviceAccount,
      restrictedTo: namespace,
      flags: SHORT_HANDOVER_FLAGS,
    });
    await kube.apply(graphs, graphOf("first", { Worker: worker() }));
    await kube.untilState("first", "successful");

    await deleteNamespace(admin.client, namespace);
    await eventually(async () => {
      const { status, text } = await operator.readiness();
      assertEquals(status, 503);
      assertStringIncludes(text, `Cannot acquire the Lease "${namespace}/dynamo.nvidia.com"`);
    });

    // The test creates the namespace again, and then the Role and the RoleBinding, as a new installation of the chart
    // does.
    await createNamespace(admin.client, namespace);
    await operatorServiceAccount(cluster, serviceAccount, namespace);
    await kube.apply(graphs, graphOf("second", { Worker: worker() }));
    await kube.untilState("second", "successful");
    await deleteNamespace(admin.client, namespace);
  },
);
