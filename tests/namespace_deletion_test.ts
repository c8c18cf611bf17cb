// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { deleteNamespace } from "./support/delete_namespace.ts";
import { untilIdle } from "./support/operator_state.ts";
import { fullGraph, graphOf, worker } from "./support/graphs.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

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
