// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { PersistentVolumeClaim } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { withController } from "../apply/ownership.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { graph } from "../testing/graph_builder.ts";
import { graphObserved } from "../testing/observed.ts";
import { DISCOVERY, names } from "../testing/planned_names.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planGraph } from "./plan.ts";

function plan(
  object: DynamoGraphDeployment,
  live: KubeObject[] = [],
  config: PlatformConfig = platformConfig(),
) {
  return planGraph(object, graphObserved({ live, parentUid: object.metadata.uid }), config);
}

Deno.test("a PVC that is not created must exist; until then no component is planned", () => {
  const object = graph().withFrontend().withSpec({ pvcs: [{ name: "models" }] }).build();
  const missing = plan(object);
  assertEquals(missing.problems[0]?.field, "spec.pvcs[0].name");
  assertEquals(names(missing.planned), DISCOVERY);
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "models" } };
  assertEquals(plan(object, [claim]).problems, []);
});

Deno.test("an existing PVC with another StorageClass, access mode or owner causes a warning", () => {
  const pvc = { name: "cache", create: true, size: "1Gi", storageClass: "fast" };
  const object = graph().withFrontend()
    .withSpec({ pvcs: [{ ...pvc, volumeAccessMode: "ReadWriteMany" }] }).build();
  const spec = { storageClassName: "slow", accessModes: ["ReadWriteOnce"] };
  const live = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "cache" } };
  const owned = { ...withController<KubeObject>(live, object), spec };
  assertEquals(plan(object, [owned]).warnings.map(({ field }) => field), [
    "spec.pvcs[0].storageClass",
    "spec.pvcs[0].volumeAccessMode",
  ]);
  const planned = { storageClassName: "fast", accessModes: ["ReadWriteMany"] };
  assertEquals(plan(object, [{ ...owned, spec: planned } as KubeObject]).warnings, []);
  assertEquals(plan(object, [{ ...live, spec } as KubeObject]).warnings, []);
  const other = { ...object, metadata: { ...object.metadata, name: "other", uid: "uid-other" } };
  const [shared] = plan(object, [withController<KubeObject>(live, other)]).warnings;
  assertEquals(shared?.field, "spec.pvcs[0].name");
  assertStringIncludes(shared?.message ?? "", 'its owner is DynamoGraphDeployment "other"');
});

Deno.test("of several PVCs of one name, the first that is created counts, and the others cause warnings", () => {
  const created = {
    name: "cache",
    create: true,
    storageClass: "s",
    volumeAccessMode: "ReadWriteOnce",
  };
  const pvcs = [
    { name: "cache" },
    { ...created, size: "1Gi" },
    { ...created, size: "2Gi" },
    { name: "models" },
    { name: "models" },
  ];
  const object = graph().withFrontend().withSpec({ pvcs }).build();
  const models = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "models" } };
  const { planned, problems, warnings } = plan(object, [models]);
  const claims = planned.filter(({ manifest }) => manifest.kind === "PersistentVolumeClaim");
  const sizes = claims.map(({ manifest }) =>
    (manifest as PersistentVolumeClaim).spec?.resources?.requests?.["storage"]
  );
  assertEquals([sizes, problems], [["1Gi"], []]);
  assertEquals(
    warnings,
    [
      [0, 1, "cache"],
      [2, 1, "cache"],
      [4, 3, "models"],
    ].map(([index, other, name]) => ({
      field: `spec.pvcs[${index}]`,
      message: `is ignored: spec.pvcs[${other}] has the same name "${name}": remove one of them`,
    })),
  );
});
