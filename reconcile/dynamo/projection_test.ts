// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { reduceForeign, withoutApplyHistory } from "./projection.ts";

const identity = { name: "a", namespace: "ns", uid: "1", resourceVersion: "2" };

function object(metadata: Partial<KubeObject["metadata"]>): KubeObject & { spec: object } {
  const managedFields = [{ manager: "kubectl" }];
  const kubectl = { "kubectl.kubernetes.io/last-applied-configuration": "{}" };
  const annotations = { ...kubectl, ...metadata.annotations };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...identity, managedFields, ...metadata, annotations },
    spec: {},
  };
}

Deno.test("managed fields and the last applied manifest are dropped, everything else is kept", () => {
  const generation = 3;
  assertEquals(withoutApplyHistory(object({ generation, annotations: { a: "b" } })), {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...identity, generation, annotations: { a: "b" } },
    spec: {},
  });
});

Deno.test("an object of the operator keeps its spec, a foreign one its identity and owners", () => {
  const owner = { apiVersion: "nvidia.com/v1alpha1", kind: "X", name: "x", uid: "x" };
  const foreign = { ...owner, apiVersion: "apps/v1" };
  const labels = { "nvidia.com/managed-by": "dynamo-operator" };
  for (const metadata of [{ ownerReferences: [owner] }, { labels }]) {
    const { annotations, ...kept } = reduceForeign(object(metadata)).metadata;
    assertEquals([annotations, kept], [{}, { ...identity, ...metadata }]);
    assertEquals(reduceForeign(object(metadata)).spec, {});
  }
  const metadata = { labels: { app: "a" }, ownerReferences: [foreign] };
  assertEquals(reduceForeign(object(metadata)) as KubeObject, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...identity, ownerReferences: [foreign] },
  });
});

Deno.test("a foreign object keeps its labels of Dynamo", () => {
  const labels = { "nvidia.com/dynamo-component-pod": "true", "dgdr.nvidia.com/name": "a" };
  const others = { "app.kubernetes.io/managed-by": "Helm", "notnvidia.com/a": "b", app: "a" };
  const reduced = reduceForeign(object({ labels: { ...labels, ...others } }));
  assertEquals(reduced.metadata, { ...identity, labels });
});

Deno.test("a former child without an owner keeps its spec, so that its parent can adopt it", () => {
  for (const mark of ["nvidia.com/plan-hash", "nvidia.com/last-applied-hash"]) {
    assertEquals(reduceForeign(object({ annotations: { [mark]: "h" } })).spec, {});
  }
});
