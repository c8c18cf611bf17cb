// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { type PersistentVolumeClaim, persistentVolumeClaims } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { untilIdle } from "./support/operator_state.ts";
import { untilCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf } from "./support/graphs.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment, type TestEnvironment } from "./support/test_environment.ts";

const SERVICES = { Frontend: frontend() };
const CREATED = {
  create: true,
  size: "10Gi",
  storageClass: "standard",
  volumeAccessMode: "ReadWriteMany",
};

function pvc(name: string): PersistentVolumeClaim {
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

/** Creates a StorageClass, and a PersistentVolume that binds the PVC `namespace/name`. */
async function bindable(
  { cluster }: TestEnvironment,
  storageClassName: string,
  pvc: string,
  { allowVolumeExpansion }: { allowVolumeExpansion: boolean },
): Promise<void> {
  const [namespace, name] = pvc.split("/");
  const storageClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: storageClassName },
    provisioner: "kubernetes.io/no-provisioner",
    allowVolumeExpansion,
  };
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: storageClassName },
    spec: {
      storageClassName,
      claimRef: { namespace, name },
      capacity: { storage: "10Gi" },
      accessModes: [CREATED.volumeAccessMode],
      hostPath: { path: "/tmp" },
    },
  };
  const items = [storageClass, volume];
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await cluster.kubectl(["create", "-f", "-"], list);
}

Deno.test("the operator creates each PVC once and deletes no PVC of another owner", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "volume-claims" });
  const kube = await env.createNamespace();

  await t.step(
    "a graph waits for a missing PVC that it does not create, and its status names the PVC",
    async () => {
      await kube.apply(graphs, graphOf("waiting", SERVICES, { pvcs: [{ name: "models" }] }));
      const condition = { kind: graphs, name: "waiting", type: "Ready", status: "False" };
      const { status } = await untilCondition(kube, condition, "spec.pvcs[0].name", '"models"');
      assertEquals(status?.state, "failed");
      assertEquals(await kube.list(components), []);
      await kube.apply(persistentVolumeClaims, pvc("models"));
      await kube.untilState("waiting", "successful");
    },
  );

  await t.step("the operator does not change an existing PVC", async () => {
    const pvcs = [{ ...CREATED, name: "models" }];
    await kube.apply(graphs, graphOf("taking", SERVICES, { pvcs }));
    await kube.untilState("taking", "successful");
    await untilIdle(env.operator);
    const { metadata, spec } = await kube.get(persistentVolumeClaims, "models");
    assertEquals(metadata.ownerReferences, undefined);
    assertEquals(spec?.storageClassName, "mine");
  });

  await t.step(
    "the graph owns a PVC that it created, and keeps the PVC when the spec no longer names the PVC",
    async () => {
      const pvcs = [{ ...CREATED, name: "cache" }];
      await kube.apply(graphs, graphOf("making", SERVICES, { pvcs }));
      const graph = await kube.untilState("making", "successful");
      const { metadata, spec } = await kube.get(persistentVolumeClaims, "cache");
      assertEquals(metadata.ownerReferences?.map(({ uid }) => uid), [graph.metadata.uid]);
      assertEquals(spec?.resources?.requests, { storage: "10Gi" });

      await kube.apply(graphs, graphOf("making", SERVICES));
      await kube.untilState("making", "successful");
      await untilIdle(env.operator);
      const kept = await kube.get(persistentVolumeClaims, "cache");
      assertEquals([kept.metadata.uid, kept.metadata.deletionTimestamp], [metadata.uid, undefined]);
    },
  );

  await t.step("a created PVC grows with the spec, and a refusal is reported", async () => {
    const storageClass = `growing-${kube.namespace}`;
    await bindable(env, storageClass, `${kube.namespace}/grown`, { allowVolumeExpansion: true });
    const pvcs = [{ ...CREATED, name: "grown", storageClass, size: "1Gi" }];
    await kube.apply(graphs, graphOf("growing", SERVICES, { pvcs }));
    const untilBound = (name: string) =>
      eventually(async () =>
        assertEquals((await kube.get(persistentVolumeClaims, name)).status?.phase, "Bound")
      );
    await untilBound("grown");
    const sized = (size: string) =>
      kube.apply(
        graphs,
        graphOf("growing", SERVICES, { pvcs: [{ ...pvcs[0], name: "grown", size }] }),
      );
    await sized("2Gi");
    await eventually(async () => {
      const { spec } = await kube.get(persistentVolumeClaims, "grown");
      assertEquals(spec?.resources?.requests, { storage: "2Gi" });
    });
    await kube.untilState("growing", "successful");
    const kept = { kind: graphs, type: "PersistentVolumeClaimsResized", status: "False" };
    await sized("1Gi");
    await untilCondition(kube, { ...kept, name: "growing" }, "cannot shrink");

    const fixedClass = `fixed-${kube.namespace}`;
    await bindable(env, fixedClass, `${kube.namespace}/fixed`, { allowVolumeExpansion: false });
    const fixed = { ...CREATED, name: "fixed", storageClass: fixedClass };
    await kube.apply(graphs, graphOf("fixed", SERVICES, { pvcs: [fixed] }));
    await untilBound("fixed");
    await kube.untilState("fixed", "successful");
    const larger = [{ ...fixed, size: "20Gi" }];
    await kube.apply(graphs, graphOf("fixed", SERVICES, { pvcs: larger }));
    await untilCondition(kube, { ...kept, name: "fixed" }, '"fixed" keeps its size 10Gi');
  });

  await t.step("deleting a graph deletes its created PVC and keeps an existing PVC", async () => {
    await kube.delete(graphs, "making");
    await kube.delete(graphs, "taking");
    await kube.untilGone(persistentVolumeClaims, "cache");
    await kube.get(persistentVolumeClaims, "models");
  });
});
