// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { type PersistentVolumeClaim, persistentVolumeClaims } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { untilCalm } from "./support/until_idle.ts";
import { untilCondition } from "./support/conditions.ts";
import { frontend, graphOf } from "./support/graphs.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { setStage } from "./support/test_environment.ts";

const SERVICES = { Frontend: frontend() };
const CREATED = {
  create: true,
  size: "10Gi",
  storageClass: "standard",
  volumeAccessMode: "ReadWriteMany",
};

function claim(name: string): PersistentVolumeClaim {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "mine",
      resources: { requests: { storage: "1Gi" } },
    },
  };
}

Deno.test("claims hold data and are treated so", { ignore: noCluster }, async (t) => {
  await using stage = await setStage({ account: "volume-claims" });
  const scene = await stage.scene();

  await t.step("a graph waits for a claim that it only names, and says for which", async () => {
    await scene.apply(graphs, graphOf("waiting", SERVICES, { pvcs: [{ name: "models" }] }));
    const said = { kind: graphs, name: "waiting", type: "Ready", status: "False" };
    const { status } = await untilCondition(scene, said, "spec.pvcs[0].name", '"models"');
    assertEquals(status?.state, "failed");
    assertEquals(await scene.list(components), []);
    await scene.apply(persistentVolumeClaims, claim("models"));
    await scene.untilState("waiting", "successful");
  });

  await t.step("a claim that exists is used as it is", async () => {
    const pvcs = [{ ...CREATED, name: "models" }];
    await scene.apply(graphs, graphOf("taking", SERVICES, { pvcs }));
    await scene.untilState("taking", "successful");
    await untilCalm(stage.operator);
    const { metadata, spec } = await scene.get(persistentVolumeClaims, "models");
    assertEquals(metadata.ownerReferences, undefined);
    assertEquals(spec?.storageClassName, "mine");
  });

  await t.step(
    "a created claim belongs to its graph, and stays when it is named no more",
    async () => {
      const pvcs = [{ ...CREATED, name: "cache" }];
      await scene.apply(graphs, graphOf("making", SERVICES, { pvcs }));
      const graph = await scene.untilState("making", "successful");
      const { metadata, spec } = await scene.get(persistentVolumeClaims, "cache");
      assertEquals(metadata.ownerReferences?.map(({ uid }) => uid), [graph.metadata.uid]);
      assertEquals(spec?.resources?.requests, { storage: "10Gi" });

      await scene.apply(graphs, graphOf("making", SERVICES));
      await scene.untilState("making", "successful");
      await untilCalm(stage.operator);
      const kept = await scene.get(persistentVolumeClaims, "cache");
      assertEquals([kept.metadata.uid, kept.metadata.deletionTimestamp], [metadata.uid, undefined]);
    },
  );

  await t.step("a created claim goes with its graph, one that was found stays", async () => {
    await scene.remove(graphs, "making");
    await scene.remove(graphs, "taking");
    await scene.untilGone(persistentVolumeClaims, "cache");
    await scene.get(persistentVolumeClaims, "models");
  });
});
