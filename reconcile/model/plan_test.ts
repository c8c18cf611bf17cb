// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoModel, ModelStatus } from "../../crds/kinds/model.ts";
import { type Endpoint, endpointKey, endpointUrl } from "./endpoints.ts";
import type { LoadState } from "./load_record.ts";
import { planModel } from "./plan.ts";
import { ADAPTER, endpoint, loraModel } from "./testing/models.ts";

const FORMER = { modelName: "acme/former", uri: "s3://weights/former" };
const FAILURE = { kind: "status 500", message: "status 500" };
const worker = endpoint(1);

/** Returns the planned state of one endpoint, without the endpoint itself. */
function planned(
  { model = loraModel(), one = worker, state, others = [] }: {
    model?: DynamoModel;
    one?: Endpoint;
    state?: LoadState;
    others?: string[];
  } = {},
) {
  const states = new Map(state ? [[endpointKey(one), state]] : []);
  const observed = { endpoints: [one], states, othersAdapters: new Set(others) };
  const [first] = planModel(model, observed).endpoints;
  if (!first) throw new Error("The plan has no endpoint");
  const { endpoint: _endpoint, ...rest } = first;
  return rest;
}

function statusOf(one: Endpoint, change: Partial<ModelStatus> = {}): ModelStatus {
  return {
    readyEndpoints: 1,
    totalEndpoints: 1,
    endpoints: [{ address: endpointUrl(one), podName: one.podName, ready: true }],
    ...change,
  };
}

Deno.test("an endpoint without a state gets a request, and one that has loaded the adapter gets none", () => {
  assertEquals(planned(), { isLoaded: false, request: { adapter: ADAPTER } });
  assertEquals(planned({ state: { loaded: ADAPTER, waitMs: 0 } }), { isLoaded: true });
});

Deno.test("the endpoint of a pod that is not ready gets no request", () => {
  const one = endpoint(1, false);
  assertEquals(planned({ one, state: { loaded: ADAPTER, waitMs: 0 } }), { isLoaded: false });
});

Deno.test("a failed endpoint gets the next request after its backoff", () => {
  assertEquals(planned({ state: { failure: FAILURE, waitMs: 500 } }), {
    isLoaded: false,
    failed: { failure: FAILURE, waitMs: 500 },
  });
  assertEquals(planned({ state: { failure: FAILURE, waitMs: 0 } }), {
    isLoaded: false,
    request: { adapter: ADAPTER },
    failed: { failure: FAILURE, waitMs: 0 },
  });
});

Deno.test("a model of another type, and an invalid one, get no requests", () => {
  assertEquals(planned({ model: loraModel({ spec: { modelType: "base" } }) }), { isLoaded: false });
  const invalid = loraModel({ spec: { source: { uri: "ftp://weights" } } });
  assertEquals(planned({ model: invalid }), { isLoaded: false });
  const plan = planModel(invalid, { endpoints: [], states: new Map(), othersAdapters: new Set() });
  assertEquals(plan.problems.map(({ field }) => field), ["spec.source.uri"]);
});

Deno.test("after a restart, a loaded endpoint stays loaded until its response", () => {
  for (const status of [statusOf(worker), statusOf(worker, { adapter: ADAPTER })]) {
    const model = loraModel({ status });
    assertEquals(planned({ model }), { isLoaded: true, request: { adapter: ADAPTER } });
    assertEquals(planned({ model, state: { failure: FAILURE, waitMs: 1 } }).isLoaded, false);
    assertEquals(planned({ model, one: { ...worker, podName: "recreated" } }).isLoaded, false);
  }
});

Deno.test("a changed adapter replaces the former one", () => {
  const request = { adapter: ADAPTER, former: FORMER.modelName };
  assertEquals(planned({ state: { loaded: FORMER, waitMs: 0 } }), { isLoaded: false, request });
  const model = loraModel({ status: statusOf(worker, { adapter: FORMER }) });
  assertEquals(planned({ model }), { isLoaded: false, request });
  const moved = { loaded: { ...ADAPTER, uri: "s3://weights/old" }, waitMs: 0 };
  assertEquals(planned({ state: moved }).request, { adapter: ADAPTER, former: ADAPTER.modelName });
});

Deno.test("a former adapter that another model loads stays loaded", () => {
  const state = { loaded: FORMER, waitMs: 0 };
  assertEquals(planned({ state, others: [FORMER.modelName] }).request, { adapter: ADAPTER });
});

Deno.test("a name in the status that leads to another path is never unloaded", () => {
  const adapter = { modelName: "../metrics", uri: "" };
  const model = loraModel({ status: statusOf(worker, { adapter }) });
  assertEquals(planned({ model }).request, { adapter: ADAPTER });
});
