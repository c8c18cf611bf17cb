// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import { observedFrom } from "../apply/observed.ts";
import { scalingAdapters } from "../dynamo/resources.ts";
import { graph } from "../testing/graph_builder.ts";
import { adapterOf } from "../testing/scaling_adapter.ts";
import { adapterReplicas, planAdapters, withReplicas } from "./plan.ts";

const ON = { scalingAdapter: { enabled: true } };
const OFF = { scalingAdapter: { enabled: false } };

const observed = (...live: KubeObject[]) => observedFrom(live, undefined, [scalingAdapters]);

function planned(object: DynamoGraphDeployment, ...live: KubeObject[]) {
  const { planned } = planAdapters(object, observed(...live), () => 3);
  return planned.map(({ manifest, initially }) => [manifest.metadata.name, initially]);
}

function replicasWith(object: DynamoGraphDeployment, ...live: KubeObject[]) {
  const service = object.spec.services?.["W"] ?? {};
  return withReplicas(service, adapterReplicas(object, observed(...live)).get("W")).replicas;
}

Deno.test("each service with an enabled adapter gets one, as the Go operator creates it", () => {
  const object = graph().withWorker("Decode", ON).withWorker("Prefill", OFF).withFrontend().build();
  const { planned } = planAdapters(object, observed(), () => 3);
  const manifest: unknown = {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeploymentScalingAdapter",
    metadata: {
      name: "chat-decode",
      namespace: "team",
      labels: {
        "nvidia.com/dynamo-component": "Decode",
        "nvidia.com/dynamo-graph-deployment-name": "chat",
      },
    },
    spec: { dgdRef: { name: "chat", serviceName: "Decode" } },
  };
  assertEquals(planned.map((one): unknown => one.manifest), [manifest]);
  assertEquals(planned.map(({ policy, initially }) => [policy, initially]), [
    ["own", { spec: { replicas: 3 } }],
  ]);
});

Deno.test("without the CRD of the adapters, a graph warns about each service that enables one", () => {
  const object = graph().withWorker("W", ON).build();
  const { planned, warnings } = planAdapters(object, observedFrom([]), () => 1);
  assertEquals(planned, []);
  assertEquals(warnings.map(({ field }) => field), ["spec.services[W].scalingAdapter.enabled"]);
});

Deno.test("the adapter of a service wins over the replicas in the graph, zero included", () => {
  const object = graph().withWorker("W", { ...ON, replicas: 2 }).build();
  assertEquals(replicasWith(object), 2);
  for (const replicas of [0, 2, 9]) {
    assertEquals(replicasWith(object, adapterOf(object, "W", replicas)), replicas);
  }
});

Deno.test("only an adapter that the graph controls or may adopt determines replicas", () => {
  const object = graph().withWorker("W", { ...ON, replicas: 2 }).build();
  const earlier = graph().withMetadata({ uid: "earlier" }).build();
  const annotations = { "nvidia.com/plan-hash": "h" };
  const orphan = (metadata = {}) => {
    const { ownerReferences: _owners, ...rest } = adapterOf(object, "W", 9).metadata;
    return { ...adapterOf(object, "W", 9), metadata: { ...rest, ...metadata } };
  };
  assertEquals(replicasWith(object, adapterOf(earlier, "W", 9)), 2);
  assertEquals(replicasWith(object, orphan()), 2);
  assertEquals(replicasWith(object, orphan({ annotations })), 9);
});

Deno.test("a paused adapter and one that is being deleted determine nothing", () => {
  const object = graph().withWorker("W", { ...ON, replicas: 2 }).build();
  const paused = { annotations: { "nvidia.com/paused": "true" } };
  const deleting = { deletionTimestamp: "2026-01-01T00:00:00Z" };
  for (const metadata of [paused, deleting]) {
    assertEquals(replicasWith(object, adapterOf(object, "W", 9, { metadata })), 2);
    assertEquals(planned(object, adapterOf(object, "W", 9, { metadata })).length, 1);
  }
});

Deno.test("a disabled adapter stays until the graph contains its number, unless the user changed the number", () => {
  const disabled = (replicas?: number) =>
    graph().withWorker("W", { ...OFF, ...(replicas !== undefined && { replicas }) }).build();
  const adapter = (replicas: number, copied?: number) =>
    adapterOf(disabled(), "W", replicas, {
      ...(copied !== undefined && { status: { replicas: copied } }),
    });
  // The autoscaler set 5 replicas just before the user disabled the adapter. The graph still contains the earlier
  // count.
  assertEquals(planned(disabled(2), adapter(5, 2)).length, 1);
  assertEquals(replicasWith(disabled(2), adapter(5, 2)), 5);
  assertEquals(replicasWith(disabled(), adapter(5, 1)), 5);
  // The graph already contains the 5 replicas of the adapter.
  assertEquals(planned(disabled(5), adapter(5, 2)), []);
  assertEquals(planned(disabled(5), adapter(5, 5)), []);
  // The user changed the replicas in the graph and disabled the adapter.
  assertEquals(planned(disabled(7), adapter(5, 2)), []);
  assertEquals(replicasWith(disabled(7), adapter(5, 2)), 7);
  // The adapter lacks a status, because the operator has not reconciled the adapter yet.
  assertEquals(planned(disabled(2), adapter(5)), []);
});

Deno.test("an absent number of replicas stays absent while the adapter has 1", () => {
  const object = graph().withWorker("W", ON).build();
  assertEquals(replicasWith(object, adapterOf(object, "W", 1)), undefined);
  assertEquals(replicasWith(object, adapterOf(object, "W", 0)), 0);
});
