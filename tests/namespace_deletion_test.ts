// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { namespaces } from "../kube/builtin.ts";
import { isNotFound } from "../kube/errors.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { untilIdle } from "./support/operator_state.ts";
import { fullGraph, graphOf, worker } from "./support/graphs.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";
import { until } from "../devcluster/until.ts";

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

  const name = kube.namespace;
  await env.client.delete(namespaces, { name });
  await until("the namespace to be gone", 60_000, async () => {
    try {
      await env.client.get(namespaces, { name });
      return undefined;
    } catch (error) {
      if (isNotFound(error)) return true;
      throw error;
    }
  });
  await untilIdle(env.operator);
  const errors = (await env.operator.log()).split("\n").filter((line) => line.includes('"ERROR"'));
  assertEquals(errors, []);
});
