// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { type Service, services } from "../kube/builtin.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { modelServiceName } from "../reconcile/dynamo/model_service_name.ts";
import { untilCalm } from "./support/until_idle.ts";
import { untilCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { graphOf, MODEL, worker } from "./support/graphs.ts";
import type { Scene } from "./support/namespace_client.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { setStage } from "./support/test_environment.ts";

const NAME = modelServiceName(MODEL);
const SERVING = { Worker: worker({ modelRef: { name: MODEL } }) };

Deno.test(
  "the Service of a model belongs to all who serve it",
  { ignore: noCluster },
  async (t) => {
    await using stage = await setStage({ account: "model-service" });
    const scene = await stage.scene();
    let uid: string | undefined;

    await t.step("graphs that serve the same model own its Service alike", async () => {
      for (const name of ["one", "two", "three"]) await scene.apply(graphs, graphOf(name, SERVING));
      for (const name of ["one", "two", "three"]) await scene.untilState(name, "successful");
      const service = await untilOwners(scene, ["one-worker", "three-worker", "two-worker"]);
      uid = service.metadata.uid;
    });

    await t.step("an owner that upstream made its controller becomes one of many", async () => {
      const { metadata: { ownerReferences = [] } } = await scene.get(services, NAME);
      const [first, ...others] = ownerReferences;
      assert(first);
      const controlled = [{ ...first, controller: true, blockOwnerDeletion: true }, ...others];
      await scene.edit(services, NAME, { metadata: { ownerReferences: controlled } });
      const service = await untilOwners(scene, ["one-worker", "three-worker", "two-worker"]);
      assertEquals(service.metadata.uid, uid);
    });

    await t.step("it stays while somebody serves the model", async () => {
      await scene.remove(graphs, "one");
      await untilOwners(scene, ["three-worker", "two-worker"]);
      await scene.apply(graphs, graphOf("two", { Worker: worker() }));
      const { metadata } = await untilOwners(scene, ["three-worker"]);
      assertEquals(metadata.uid, uid);
    });

    await t.step("it goes with the last", async () => {
      await scene.apply(graphs, graphOf("three", { Worker: worker() }));
      await scene.untilGone(services, NAME);
      await scene.apply(graphs, graphOf("three", SERVING));
      await untilOwners(scene, ["three-worker"]);
      await scene.remove(graphs, "three");
      await scene.untilGone(services, NAME);
    });

    await t.step("a Service of that name that no operator made is left alone", async () => {
      const foreign: Service = {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: NAME },
        spec: { selector: { app: "mine" }, ports: [{ port: 80 }] },
      };
      await scene.apply(services, foreign);
      await scene.apply(graphs, graphOf("four", SERVING));
      const said = { kind: graphs, name: "four", type: "Ready", status: "False" };
      await untilCondition(scene, said, "Service", NAME, "not owned");
      await untilCalm(stage.operator);
      const { metadata, spec } = await scene.get(services, NAME);
      assertEquals([metadata.ownerReferences, spec?.selector], [undefined, { app: "mine" }]);
      await scene.remove(services, NAME);
      await scene.untilState("four", "successful");
    });
  },
);

/** Resolves when the Service has exactly these owners, none of which controls it. */
function untilOwners(scene: Scene, names: string[]): Promise<Service> {
  return eventually(async () => {
    const service = await scene.get(services, NAME);
    const { ownerReferences = [] } = service.metadata;
    assertEquals(ownerReferences.map(({ name }) => name).sort(), names);
    assertEquals(ownerReferences.filter(({ controller }) => controller), []);
    return service;
  });
}
