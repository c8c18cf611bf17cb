// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertMatch } from "@std/assert";
import { crdManifests } from "../crds/emit/manifests.ts";
import { startCluster } from "../devcluster/start_cluster.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { withoutValidation } from "./crds/crd_variants.ts";
import { deniedRequests } from "./rbac/audit_check.ts";
import { untilCondition } from "./support/conditions.ts";
import { objectNamesIn } from "./support/namespace_objects.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf } from "./support/graphs.ts";
import { installManifests } from "./support/installation.ts";
import { REFUSED } from "./support/invalid_graphs.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";
import { spawnTestOperator } from "./support/test_operator.ts";

Deno.test(
  "the status of an invalid graph from before the validation rules names the mistake",
  {
    // The test starts its own control plane, for which it needs the programs that `deno task test` builds.
    ignore: noCluster,
  },
  async (t) => {
    await using cluster = await startCluster();

    await t.step("the operator waits until its CRDs are installed", async () => {
      await using operator = await spawnTestOperator(cluster, { serviceAccount: "before-rules" });
      await eventually(async () => {
        const { text } = await operator.readiness();
        assertMatch(text, /\[\+\] informer\/dynamographdeployments\.nvidia\.com ok: not served/);
        assertMatch(text, /\[\+\] informer\/deployments\.apps ok/);
      });
      await installManifests(cluster, crdManifests().map(withoutValidation));
      await eventually(async () => {
        const { status, text } = await operator.readiness();
        assertMatch(text, /\[\+\] informer\/dynamographdeployments\.nvidia\.com ok\n/);
        assertEquals(status, 200);
      });
    });

    await using env = await startTestEnvironment({ serviceAccount: "before-rules", cluster });
    const kube = await env.createNamespace();
    for (const { graph } of REFUSED) await kube.apply(graphs, graph);
    await kube.apply(graphs, graphOf("good", { Frontend: frontend() }));

    for (const { reason, graph: { metadata: { name } }, messages } of REFUSED) {
      await t.step(`failed, because ${reason}`, async () => {
        const condition = { kind: graphs, name, type: "Ready", status: "False" };
        const { status } = await untilCondition(kube, condition, ...messages);
        assertEquals(status?.state, "failed");
      });
    }

    await t.step(
      "invalid graphs get no children, and a valid graph in the same namespace is reconciled",
      async () => {
        await kube.untilState("good", "successful");
        const children = (await objectNamesIn(kube)).filter((name) =>
          !name.startsWith("DynamoGraphDeployment/") && !name.includes("/good-")
        );
        assertEquals(children, []);
      },
    );

    await t.step(
      "each invalid graph can be deleted, also with the finalizer of the Go operator",
      async () => {
        const finalizers = { metadata: { finalizers: ["nvidia.com/finalizer"] } };
        for (const { graph: { metadata: { name } } } of REFUSED) {
          await kube.edit(graphs, name, finalizers);
          await kube.delete(graphs, name);
        }
        for (const { graph: { metadata: { name } } } of REFUSED) await kube.untilGone(graphs, name);
      },
    );

    await t.step("the operator logs no error, and its requests are never denied", async () => {
      assertEquals(await deniedRequests(cluster), []);
      assertEquals(
        (await env.operator.log()).split("\n").filter((line) => /"ERROR"/.test(line)),
        [],
      );
    });
  },
);
