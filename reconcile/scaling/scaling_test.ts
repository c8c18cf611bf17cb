// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { graph } from "../testing/graph_builder.ts";
import { adapterOf } from "../testing/scaling_adapter.ts";
import { scalingOf } from "./scaling.ts";

const ON = { scalingAdapter: { enabled: true } };
const graphWith = (service: ComponentSpec) => graph().withWorker("W", service).build();

Deno.test("the graph gets the replicas of its adapter if they differ, and an absent number means 1", () => {
  const cases: [ComponentSpec, number, ReturnType<typeof scalingOf>["change"]][] = [
    [{ ...ON, replicas: 2 }, 5, { service: "W", from: 2, to: 5 }],
    [{ ...ON, replicas: 2 }, 0, { service: "W", from: 2, to: 0 }],
    [ON, 3, { service: "W", from: 1, to: 3 }],
    [{ ...ON, replicas: 2 }, 2, undefined],
    [ON, 1, undefined],
  ];
  for (const [service, replicas, change] of cases) {
    const object = graphWith(service);
    assertEquals(scalingOf(adapterOf(object, "W", replicas), object), change ? { change } : {});
  }
});

Deno.test("the operator does not scale a graph that is being deleted", () => {
  const object = graph().withWorker("W", ON).deleting().build();
  assertEquals(scalingOf(adapterOf(object, "W", 5), object), {});
});

Deno.test("a paused adapter still shows the change that follows the pause", () => {
  const object = graphWith({ ...ON, replicas: 2 });
  const metadata = { annotations: { "nvidia.com/paused": "true" } };
  const adapter = adapterOf(object, "W", 5, { metadata });
  assertEquals(scalingOf(adapter, object).change, { service: "W", from: 2, to: 5 });
});

Deno.test("a disabled adapter still writes its last number to the graph", () => {
  const object = graphWith({ replicas: 2 });
  const adapter = adapterOf(object, "W", 5, { status: { replicas: 2 } });
  assertEquals(scalingOf(adapter, object).change, { service: "W", from: 2, to: 5 });
});

Deno.test("the reason of an adapter without effect is reported", () => {
  const object = graphWith(ON);
  const other = graph("chat").withMetadata({ uid: "other" }).build();
  const adapter = adapterOf(object, "W", 5);
  const renamed = { ...adapter, metadata: { ...adapter.metadata, name: "mine" } };
  const cases = [
    [scalingOf(adapter, undefined), REASONS.graphNotFound, 'Graph "chat" does not exist'],
    [scalingOf(adapter, graph().build()), REASONS.serviceNotFound, 'has no service "W"'],
    [scalingOf(adapterOf(other, "W", 5), object), REASONS.notControlled, '"chat-w"'],
    [scalingOf(renamed, object), REASONS.notControlled, '"chat-w"'],
    [scalingOf(adapter, graphWith({})), REASONS.adapterDisabled, "is not true"],
  ] as const;
  for (const [{ problem, change }, reason, text] of cases) {
    assertEquals([problem?.reason, change], [reason, undefined]);
    assertStringIncludes(problem?.message ?? "", text);
  }
});
