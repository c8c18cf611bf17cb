// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { ScalingAdapterStatus } from "../../crds/kinds/scaling_adapter.ts";
import { executionOf } from "../apply/testing/objects.ts";
import type { Execution } from "../apply/execution.ts";
import { conditionOf, REASONS } from "../dynamo/conditions.ts";
import { graph } from "../testing/graph_builder.ts";
import { kstatus } from "../testing/kstatus.ts";
import { adapterOf } from "../testing/scaling_adapter.ts";
import { scalingOf } from "./scaling.ts";
import { scalingEvents, scalingStatus } from "./status.ts";

const NOW = "2026-02-02T00:00:00Z";
const BEFORE: ScalingAdapterStatus = {
  replicas: 2,
  lastScaleTime: "2026-01-01T00:00:00Z",
};

/** Returns the reconciliation of an adapter with 5 replicas. The service in the graph has 2 replicas by default. */
function viewOf(
  { service = { replicas: 2 }, execution = executionOf(), paused = false }: {
    service?: ComponentSpec;
    execution?: Execution;
    paused?: boolean;
  } = {},
) {
  const object = graph().withWorker("W", { scalingAdapter: { enabled: true }, ...service }).build();
  const adapter = adapterOf(object, "W", 5, { status: BEFORE });
  const plan = scalingOf(adapter, object);
  return { object: adapter, plan, observed: { graph: object }, execution, paused };
}

Deno.test("the status has the number in the graph, the time of the change and the selector", () => {
  const view = viewOf();
  const status = scalingStatus(view, NOW, true);
  const { conditions, ...rest } = status;
  assertEquals(rest, {
    observedGeneration: 1,
    replicas: 5,
    lastScaleTime: NOW,
    selector: "nvidia.com/dynamo-graph-deployment-name=chat,nvidia.com/dynamo-component=W",
  });
  assertEquals(conditions?.map(({ type, status }) => `${type}=${status}`), ["Ready=True"]);
  assertEquals(kstatus({ ...view.object, status }), "Current");
});

Deno.test("a status without a change keeps the time of the last one", () => {
  const status = scalingStatus(viewOf({ service: { replicas: 5 } }), NOW, false);
  assertEquals([status.replicas, status.lastScaleTime], [5, BEFORE.lastScaleTime]);
  assertEquals(conditionOf(status, "Ready")?.reason, REASONS.synced);
});

Deno.test("a paused adapter reports the number in the graph and the pause", () => {
  const status = scalingStatus(viewOf({ paused: true }), NOW, false);
  assertEquals(status.replicas, 2);
  assertEquals(conditionOf(status, "Paused")?.status, "True");
  assertEquals(conditionOf(status, "Ready")?.status, "False");
});

Deno.test("a refused change is reported in the status and as an event", () => {
  const view = viewOf();
  const ref = { apiVersion: "v1", kind: "DynamoGraphDeployment", name: "chat" };
  view.execution.errors.push({ ref, error: new Error("policy denied it") });
  const status = scalingStatus(view, NOW, false);
  assertEquals([status.replicas, conditionOf(status, "Ready")?.reason], [2, REASONS.updateFailed]);
  assertStringIncludes(conditionOf(status, "Ready")?.message ?? "", "policy denied it");
  assertEquals(scalingEvents(view).map(({ type, reason }) => [type, reason]), [
    ["Warning", "UpdateFailed"],
  ]);
});

Deno.test("another client that undoes each change is named in the status", () => {
  const view = viewOf();
  const ref = { apiVersion: "v1", kind: "DynamoGraphDeployment", name: "chat" };
  view.execution.blocked.push({ ref, reason: "DriftFight", message: 'field manager "stubborn"' });
  const { conditions } = scalingStatus(view, NOW, false);
  assertEquals(conditions?.map(({ type, status }) => `${type}=${status}`), [
    ...["Ready=False", "Reconciling=True", "DriftFight=True"],
  ]);
});

Deno.test("an adapter without effect is stalled and keeps the last number", () => {
  const view = viewOf();
  const plan = { problem: { reason: REASONS.graphNotFound, message: "Graph does not exist" } };
  const status = scalingStatus({ ...view, plan, observed: { graph: undefined } }, NOW, false);
  assertEquals(status.replicas, 2);
  assertEquals(status.selector, undefined);
  assertEquals(kstatus({ ...view.object, status }), "Failed");
});

Deno.test("a change of the graph causes the event of the Go operator", () => {
  const view = viewOf();
  const ref = { apiVersion: "v1", kind: "DynamoGraphDeployment", name: "chat" };
  view.execution.writes.push({ ref, verb: "scale", why: [] });
  assertEquals(scalingEvents(view), [{
    type: "Normal",
    reason: "Scaled",
    action: "Scale",
    note: "Scaled service W from 2 to 5 replicas",
  }]);
  assertEquals(scalingEvents(viewOf({ service: { replicas: 5 } })), []);
});

Deno.test("an adapter that was stored without a spec reports that it lacks the spec", () => {
  const { spec: _, ...bare } = viewOf().object;
  const object = bare as ReturnType<typeof viewOf>["object"];
  const observed = { graph: undefined };
  const plan = scalingOf(object, undefined);
  const view = { object, plan, observed, execution: executionOf(), paused: false };
  const status = scalingStatus(view, NOW, false);
  assertEquals(conditionOf(status, "Ready")?.reason, REASONS.validationFailed);
  assertEquals(kstatus({ ...object, status }), "Failed");
});
