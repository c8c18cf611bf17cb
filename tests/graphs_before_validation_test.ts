// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertMatch } from "@std/assert";
import { crdManifests } from "../crds/emit/manifests.ts";
import { startCluster } from "../devcluster/start_cluster.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { withoutValidation } from "./crds/crd_variants.ts";
import { refusedToOperators } from "./rbac/audit_check.ts";
import { untilCondition } from "./support/conditions.ts";
import { objectNamesIn } from "./support/namespace_objects.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf } from "./support/graphs.ts";
import { installManifests } from "./support/installation.ts";
import { REFUSED } from "./support/invalid_graphs.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";
import { spawnTestOperator } from "./support/test_operator.ts";

Deno.test("a graph that was stored before the rules is told what is wrong with it", {
  // It boots a control plane of its own, but only where the others have one too.
  ignore: noCluster,
}, async (t) => {
  await using cluster = await startCluster();

  await t.step("the operator waits for its kinds to be installed", async () => {
    await using operator = await spawnTestOperator(cluster, { serviceAccount: "before-rules" });
    await eventually(async () => {
      const { text } = await operator.readiness();
      assertMatch(text, /informer\/dynamographdeployments\.nvidia\.com: not in sync yet: .*404/);
      assertMatch(text, /\[\+\] informer\/deployments\.apps ok/);
    });
    await installManifests(cluster, crdManifests().map(withoutValidation));
    await eventually(async () => assertEquals((await operator.readiness()).status, 200));
  });

  await using env = await startTestEnvironment({ serviceAccount: "before-rules", cluster });
  const kube = await env.createNamespace();
  for (const { graph } of REFUSED) await kube.apply(graphs, graph);
  await kube.apply(graphs, graphOf("good", { Frontend: frontend() }));

  for (const { why, graph: { metadata: { name } }, told } of REFUSED) {
    await t.step(`failed, because ${why}`, async () => {
      const said = { kind: graphs, name, type: "Ready", status: "False" };
      const { status } = await untilCondition(kube, said, ...told);
      assertEquals(status?.state, "failed");
    });
  }

  await t.step("nothing is made for any of them, and the one beside them is well", async () => {
    await kube.untilState("good", "successful");
    const made = (await objectNamesIn(kube)).filter((name) =>
      !name.startsWith("DynamoGraphDeployment/") && !name.includes("/good-")
    );
    assertEquals(made, []);
  });

  await t.step("each can be deleted, with upstream's finalizer too", async () => {
    const finalizers = { metadata: { finalizers: ["nvidia.com/finalizer"] } };
    for (const { graph: { metadata: { name } } } of REFUSED) {
      await kube.edit(graphs, name, finalizers);
      await kube.delete(graphs, name);
    }
    for (const { graph: { metadata: { name } } } of REFUSED) await kube.untilGone(graphs, name);
  });

  await t.step("the operator logs no error and lacks no right", async () => {
    assertEquals(await refusedToOperators(cluster), []);
    assertEquals(
      (await env.operator.log()).split("\n").filter((line) => /"ERROR"/.test(line)),
      [],
    );
  });
});
