// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { type Service, services } from "../kube/builtin.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { modelServiceName } from "../reconcile/dynamo/names.ts";
import { untilIdle } from "./support/operator_state.ts";
import { untilCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { graphOf, MODEL, worker } from "./support/graphs.ts";
import type { NamespaceClient } from "./support/namespace_client.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const NAME = modelServiceName(MODEL);
const SERVING = { Worker: worker({ modelRef: { name: MODEL } }) };

Deno.test(
  "all components that serve a model own its Service",
  { ignore: noCluster },
  async (t) => {
    await using env = await startTestEnvironment({ serviceAccount: "model-service" });
    const kube = await env.createNamespace();
    let uid: string | undefined;

    await t.step(
      "components that serve the same model are equal owners of its Service",
      async () => {
        for (const name of ["one", "two", "three"]) {
          await kube.apply(
            graphs,
            graphOf(name, SERVING),
          );
        }
        for (const name of ["one", "two", "three"]) await kube.untilState(name, "successful");
        const service = await untilOwners(kube, ["one-worker", "three-worker", "two-worker"]);
        uid = service.metadata.uid;
      },
    );

    await t.step(
      "a controller owner that the Go operator set becomes a plain owner",
      async () => {
        const { metadata: { ownerReferences = [] } } = await kube.get(services, NAME);
        const [first, ...others] = ownerReferences;
        assert(first);
        const controlled = [{ ...first, controller: true, blockOwnerDeletion: true }, ...others];
        await kube.edit(services, NAME, { metadata: { ownerReferences: controlled } });
        const service = await untilOwners(kube, ["one-worker", "three-worker", "two-worker"]);
        assertEquals(service.metadata.uid, uid);
      },
    );

    await t.step("the operator keeps the Service while a component serves the model", async () => {
      await kube.delete(graphs, "one");
      await untilOwners(kube, ["three-worker", "two-worker"]);
      await kube.apply(graphs, graphOf("two", { Worker: worker() }));
      const { metadata } = await untilOwners(kube, ["three-worker"]);
      assertEquals(metadata.uid, uid);
    });

    await t.step("the Service is deleted after its last owner is deleted", async () => {
      await kube.apply(graphs, graphOf("three", { Worker: worker() }));
      await kube.untilGone(services, NAME);
      await kube.apply(graphs, graphOf("three", SERVING));
      await untilOwners(kube, ["three-worker"]);
      await kube.delete(graphs, "three");
      await kube.untilGone(services, NAME);
    });

    await t.step("the operator does not change a foreign Service with the same name", async () => {
      const foreign: Service = {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: NAME },
        spec: { selector: { app: "mine" }, ports: [{ port: 80 }] },
      };
      await kube.apply(services, foreign);
      await kube.apply(graphs, graphOf("four", SERVING));
      const condition = { kind: graphs, name: "four", type: "Ready", status: "False" };
      await untilCondition(kube, condition, "Service", NAME, "not owned");
      await untilIdle(env.operator);
      const { metadata, spec } = await kube.get(services, NAME);
      assertEquals([metadata.ownerReferences, spec?.selector], [undefined, { app: "mine" }]);
      await kube.delete(services, NAME);
      await kube.untilState("four", "successful");
    });
  },
);

/** Resolves when the Service of the model has exactly these owners, and none of them is its controller owner. */
function untilOwners(kube: NamespaceClient, names: string[]): Promise<Service> {
  return eventually(async () => {
    const service = await kube.get(services, NAME);
    const { ownerReferences = [] } = service.metadata;
    assertEquals(ownerReferences.map(({ name }) => name).sort(), names);
    assertEquals(ownerReferences.filter(({ controller }) => controller), []);
    return service;
  });
}
