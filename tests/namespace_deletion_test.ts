// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { namespaces } from "../kube/builtin.ts";
import { isNotFound } from "../kube/errors.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { untilCalm } from "./support/until_idle.ts";
import { fullGraph, graphOf, worker } from "./support/graphs.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { openScene } from "./support/namespace_client.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { setStage } from "./support/test_environment.ts";
import { until } from "../devcluster/until.ts";

Deno.test("a namespace takes its graphs with it, and the operator lets it go", {
  ignore: noCluster,
}, async () => {
  await using stage = await setStage({ account: "namespace-deletion" });
  await addPlannerRole(stage.client);
  const scene = await openScene(stage.client);
  await scene.apply(graphs, fullGraph("full"));
  for (const name of ["one", "two", "three"]) {
    await scene.apply(graphs, graphOf(name, { Worker: worker() }));
  }
  for (const name of ["full", "one", "two", "three"]) await scene.untilState(name, "successful");

  const name = scene.namespace;
  await stage.client.delete(namespaces, { name });
  await until("the namespace to be gone", 60_000, async () => {
    try {
      await stage.client.get(namespaces, { name });
      return undefined;
    } catch (error) {
      if (isNotFound(error)) return true;
      throw error;
    }
  });
  await untilCalm(stage.operator);
  const trouble = (await stage.operator.log()).split("\n").filter((line) =>
    line.includes('"ERROR"')
  );
  assertEquals(trouble, []);
});
