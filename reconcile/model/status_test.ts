// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoModel, ModelStatus } from "../../crds/kinds/model.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { conditionOf } from "../dynamo/conditions.ts";
import { apiError } from "../engine/testing/executor.ts";
import { kstatus } from "../testing/kstatus.ts";
import { planModel, type PlannedEndpoint } from "./plan.ts";
import { modelEvents, modelStatus, type ModelView } from "./status.ts";
import { ADAPTER, endpoint, loraModel } from "./testing/models.ts";

const NOW = "2026-01-01T00:00:00Z";

/** Returns the status of a model. Each item of `loaded` states whether one endpoint has loaded the adapter. */
function statusOf(
  { model = loraModel(), loaded = [], ...change }: {
    model?: DynamoModel;
    loaded?: boolean[];
    plan?: Partial<ModelView["plan"]>;
  } & Omit<Partial<ModelView>, "plan"> = {},
): ModelStatus {
  const observed = { endpoints: [], states: new Map(), othersAdapters: new Set<string>() };
  const endpoints: PlannedEndpoint[] = loaded.map((isLoaded, index) => ({
    endpoint: endpoint(index),
    isLoaded,
  }));
  const { plan, ...view } = change;
  return modelStatus({
    object: model,
    observed,
    plan: { ...planModel(model, observed), endpoints, ...plan },
    execution: executionOf(),
    paused: false,
    ...view,
  }, NOW);
}

const reasons = (status: ModelStatus) =>
  status.conditions?.map(({ type, status, reason }) => `${type} ${status} ${reason}`);

Deno.test("the conditions of the Go operator keep their reasons and messages", () => {
  assertEquals(reasons(statusOf({ loaded: [true, true] })), [
    "ServicesFound True ServicesFound",
    "EndpointsReady True AllEndpointsReady",
    "Ready True AllEndpointsReady",
  ]);
  assertEquals(reasons(statusOf({ loaded: [true, false] })), [
    "ServicesFound True ServicesFound",
    "EndpointsReady False NotReady",
    "Ready False NotReady",
    "Reconciling True NotReady",
  ]);
  const none = statusOf();
  for (const type of ["ServicesFound", "EndpointsReady"]) {
    const { message, observedGeneration } = conditionOf(none, type) ?? {};
    assertEquals(message, "No endpoint slices found for base model acme/base");
    assertEquals(observedGeneration, 1);
  }
});

Deno.test("the counts and the endpoints are those of the plan", () => {
  const { readyEndpoints, totalEndpoints, endpoints } = statusOf({ loaded: [true, false] });
  assertEquals([readyEndpoints, totalEndpoints], [1, 2]);
  assertEquals(endpoints, [
    { address: "http://10.0.0.0:9090", podName: "worker-000", ready: true },
    { address: "http://10.0.0.1:9090", podName: "worker-001", ready: false },
  ]);
  assertEquals(statusOf().endpoints, undefined);
});

Deno.test("a mistake in the spec stalls the model, and an error of the reconciliation is reported", () => {
  const invalid = loraModel({ spec: { source: { uri: "ftp://a" } } });
  const status = statusOf({ model: invalid, loaded: [false] });
  assertEquals(kstatus({ ...invalid, status }), "Failed");
  const { message = "" } = conditionOf(status, "Ready") ?? {};
  assertStringIncludes(message, "Validation failed: spec.source.uri: must start with");
  const ref = { apiVersion: "nvidia.com/v1alpha1", kind: "DynamoModel", name: "tuned" };
  const execution = executionOf({ errors: [{ ref, error: apiError(500, "webhook is absent") }] });
  const failed = conditionOf(statusOf({ execution, loaded: [true] }), "Ready");
  assertEquals(failed?.status, "False");
  assertStringIncludes(failed?.message ?? "", "webhook is absent");
});

Deno.test("the former adapter stays in the status until every endpoint has loaded the new one", () => {
  const former = { modelName: "acme/former", uri: "s3://former" };
  const model = loraModel({
    status: { readyEndpoints: 2, totalEndpoints: 2, adapter: former },
  });
  assertEquals(statusOf().adapter, ADAPTER);
  assertEquals(statusOf({ model, loaded: [true, false] }).adapter, former);
  assertEquals(statusOf({ model, loaded: [true, true] }).adapter, ADAPTER);
  assertEquals(statusOf({ model: loraModel({ spec: { modelType: "base" } }) }).adapter, undefined);
});

Deno.test("an event reports a new reason, and no event reports progress", () => {
  const ready = statusOf({ loaded: [true] });
  const loading = statusOf({ loaded: [false] });
  const kinds = (before: ModelStatus | undefined, after: ModelStatus) =>
    modelEvents(before, after).map(({ type, reason }) => `${type} ${reason}`);
  assertEquals(kinds(undefined, loading), []);
  assertEquals(kinds(loading, ready), ["Normal EndpointsReady"]);
  assertEquals(kinds(ready, ready), []);
  assertEquals(kinds(ready, statusOf()), ["Warning NoEndpointsFound"]);
});
