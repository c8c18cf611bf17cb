// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FINALIZER } from "../../crds/labels.ts";
import { conditionOf } from "../dynamo/conditions.ts";
import { kstatus } from "../testing/kstatus.ts";
import { type ModelHarness, startModelHarness } from "./testing/model_harness.ts";
import { ADAPTER, endpoint, loraModel } from "./testing/models.ts";
import type { Behaviour, WorkerPod } from "./testing/worker_pods.ts";

const DELETED = "2026-01-01T00:00:00Z";

const isReady = (harness: ModelHarness, count: number) => () =>
  harness.model?.status?.readyEndpoints === count;

function counts(workers: readonly WorkerPod[], method: "POST" | "DELETE"): number[] {
  return [...new Set(workers.map((worker) => worker.count(method)))].sort((a, b) => a - b);
}

function startDeletion(harness: ModelHarness) {
  const { model } = harness;
  assert(model);
  harness.model = { ...model, metadata: { ...model.metadata, deletionTimestamp: DELETED } };
}

Deno.test("200 endpoints of which 10 % fail: only the failed ones are retried, and the deletion ends", async (t) => {
  await using harness = startModelHarness(200);
  const { pods: { workers }, clock } = harness;
  // The first 20 workers fail. At the start, requests to these workers use up the limit of concurrent requests.
  const failing = workers.slice(0, 20);
  const working = workers.slice(20);
  const kinds: Behaviour[] = ["hangs", "fails", "reportsError", "cuts", "garbage"];
  for (const [index, worker] of failing.entries()) worker.behaviour = kinds[index % 5] ?? "hangs";
  for (const worker of working.slice(0, 10)) worker.behaviour = "slow";

  await t.step("the other endpoints load the adapter", async () => {
    const startMs = clock.now();
    await harness.reconcileUntil(isReady(harness, 180));
    assert(clock.now() - startMs < 30_000, `${clock.now() - startMs} ms`);
    assertEquals(counts(working, "POST"), [1]);
    const ready = conditionOf(harness.model?.status, "Ready");
    assertEquals([ready?.status, ready?.reason], ["False", "PartialEndpointFailure"]);
    assertStringIncludes(ready?.message ?? "", '180 of 200 endpoint(s) have loaded "acme/tuned"');
    assertStringIncludes(ready?.message ?? "", 'pod "worker-001" (http://10.0.0.1:9090)');
    const { message } = conditionOf(harness.model?.status, "EndpointsReady") ?? {};
    assertEquals(message, "Found 180 ready endpoint(s) out of 200 total");
  });

  await t.step(
    "in ten minutes, each failed endpoint gets some requests, and the status stays",
    async () => {
      const endMs = clock.now() + 600_000;
      const written = harness.writes.length;
      await harness.reconcileUntil(() => clock.now() >= endMs);
      assertEquals(counts(working, "POST"), [1]);
      for (const worker of failing) {
        const count = worker.count("POST");
        assert(count >= 8 && count <= 30, `${worker.behaviour}: ${count} requests`);
      }
      assertEquals(harness.writes.length, written, harness.writes.slice(written).join());
    },
  );

  await t.step("the failed endpoints recover", async () => {
    for (const worker of failing) worker.behaviour = "works";
    await harness.reconcileUntil(isReady(harness, 200));
    assertEquals(counts(working, "POST"), [1]);
    assertEquals(
      workers.every(({ loaded }) => loaded.get(ADAPTER.modelName) === ADAPTER.uri),
      true,
    );
    assertEquals(harness.model && kstatus(harness.model), "Current");
    const events = harness.events.map(({ type, reason }) => `${type} ${reason}`);
    assertEquals(events, ["Warning PartialEndpointFailure", "Normal EndpointsReady"]);
  });

  await t.step("nothing is sent or written again, and a restart writes nothing", async () => {
    const written = harness.writes.length;
    const before = workers.map((worker) => worker.count("POST"));
    assertEquals(await harness.reconcile(), { outcome: "done" });
    assertEquals(workers.map((worker) => worker.count("POST")), before);
    harness.restart();
    await harness.reconcileUntil(() =>
      workers.every((worker, index) => worker.count("POST") === (before[index] ?? 0) + 1)
    );
    assertEquals(harness.writes.length, written);
  });

  await t.step("with 10 % dead endpoints, the deletion ends within a minute", async () => {
    for (const worker of failing) worker.behaviour = "hangs";
    startDeletion(harness);
    const startMs = clock.now();
    await harness.reconcileUntil(() => harness.model === undefined);
    assert(clock.now() - startMs < 60_000, `${clock.now() - startMs} ms`);
    assertEquals(counts(working, "DELETE"), [1]);
    assertEquals(working.some(({ loaded }) => loaded.size > 0), false);
    const { reason, note = "" } = harness.events.at(-1) ?? {};
    assertEquals(reason, "LoRAUnloadFailed");
    assertStringIncludes(note, 'Cannot unload "acme/tuned" from 20 of 200 endpoints within 30 s');
  });
});

Deno.test("the operator loads the adapter again into new and restarted pods", async (t) => {
  await using harness = startModelHarness(3);
  const [first, second, third] = harness.pods.workers;
  assert(first && second && third);
  harness.setEndpoints([first.endpoint]);
  await harness.reconcileUntil(isReady(harness, 1));

  await t.step("a new pod loads the adapter as soon as it is ready", async () => {
    harness.setEndpoints([first.endpoint, { ...second.endpoint, isPodReady: false }]);
    await harness.reconcile();
    assertEquals(harness.model?.status?.totalEndpoints, 2);
    assertEquals(second.count("POST"), 0);
    harness.setEndpoints([first.endpoint, second.endpoint]);
    await harness.reconcileUntil(isReady(harness, 2));
    assertEquals([first.count("POST"), second.count("POST")], [1, 1]);
  });

  await t.step("a pod whose container restarts loads the adapter again", async () => {
    second.loaded.clear();
    harness.setEndpoints([first.endpoint, { ...second.endpoint, isPodReady: false }]);
    await harness.reconcileUntil(isReady(harness, 1));
    harness.setEndpoints([first.endpoint, second.endpoint]);
    await harness.reconcileUntil(isReady(harness, 2));
    assertEquals([first.count("POST"), second.count("POST")], [1, 2]);
  });

  await t.step("a short interruption between two reconciliations is not missed", async () => {
    second.loaded.clear();
    harness.setEndpoints([first.endpoint, { ...second.endpoint, isPodReady: false }]);
    harness.setEndpoints([first.endpoint, second.endpoint]);
    await harness.reconcile();
    assertEquals([first.count("POST"), second.count("POST")], [1, 3]);
    assertEquals(harness.model?.status?.readyEndpoints, 2);
  });

  await t.step("a pod that vanished leaves the status", async () => {
    harness.setEndpoints([first.endpoint]);
    await harness.reconcileUntil(() => harness.model?.status?.totalEndpoints === 1);
    const names = harness.model?.status?.endpoints?.map(({ podName }) => podName);
    assertEquals(names, [first.endpoint.podName]);
  });

  await t.step("without pods the model waits for them", async () => {
    harness.setEndpoints([]);
    assertEquals(await harness.reconcile(), { outcome: "done" });
    const reasons = harness.model?.status?.conditions?.map(({ reason }) => reason);
    assertEquals(reasons, ["NoServicesFound", "NoEndpoints", "NoEndpoints", "NoEndpoints"]);
    assertEquals(harness.model && kstatus(harness.model), "InProgress");
  });
});

Deno.test("an address that belongs to no pod of the namespace is never called", async () => {
  await using harness = startModelHarness(1);
  harness.setEndpoints([endpoint(1), endpoint(7), { ...endpoint(1), ip: "169.254.169.254" }]);
  await harness.reconcileUntil(isReady(harness, 1));
  startDeletion(harness);
  await harness.reconcileUntil(() => harness.model === undefined);
  assertEquals([...harness.pods.addresses], ["10.0.0.1:9090"]);
});

Deno.test("a changed name or location replaces the adapter, also in a new process", async () => {
  await using harness = startModelHarness(2);
  await harness.reconcileUntil(isReady(harness, 2));
  const [first] = harness.pods.workers;
  for (const isRestarted of [false, true]) {
    for (const change of [{ modelName: `acme/b-${isRestarted}` }, { source: { uri: `s3://b` } }]) {
      const { model } = harness;
      assert(model && first);
      const generation = (model.metadata.generation ?? 0) + 1;
      const spec = { ...model.spec, ...change };
      harness.model = { ...model, spec, metadata: { ...model.metadata, generation } };
      if (isRestarted) harness.restart();
      await harness.reconcileUntil(() =>
        harness.model?.status?.observedGeneration === generation &&
        harness.model.status.readyEndpoints === 2
      );
      assertEquals([...first.loaded], [[spec.modelName, spec.source?.uri ?? ""]]);
      assertEquals(harness.model.status?.adapter?.modelName, spec.modelName);
    }
    const { model } = harness;
    if (model) harness.model = { ...model, spec: { ...model.spec, source: { uri: "s3://a" } } };
    await harness.reconcile();
  }
});

Deno.test("a deletion during the second of two changes unloads every adapter", async () => {
  await using harness = startModelHarness(2);
  await harness.reconcileUntil(isReady(harness, 2));
  const [first, second] = harness.pods.workers;
  assert(first && second);
  const rename = (modelName: string, generation: number) => {
    const { model } = harness;
    assert(model);
    const spec = { ...model.spec, modelName };
    harness.model = { ...model, spec, metadata: { ...model.metadata, generation } };
  };
  second.behaviour = "fails";
  rename("acme/b", 2);
  await harness.reconcileUntil(() => first.loaded.has("acme/b"));
  rename("acme/c", 3);
  second.behaviour = "works";
  startDeletion(harness);
  await harness.reconcileUntil(() => harness.model === undefined);
  assertEquals([first, second].map(({ loaded }) => loaded.size), [0, 0]);
});

Deno.test("an adapter that another model also loads stays loaded after a deletion", async () => {
  await using harness = startModelHarness(1);
  await harness.reconcileUntil(isReady(harness, 1));
  harness.others = [loraModel({ metadata: { name: "twin", uid: "twin-uid" } })];
  startDeletion(harness);
  await harness.reconcile();
  assertEquals(harness.model, undefined);
  assertEquals(harness.pods.workers[0]?.loaded.has(ADAPTER.modelName), true);
});

Deno.test("a model waits while another model has an adapter of the same name", async () => {
  const model = loraModel({ metadata: { creationTimestamp: "2026-01-01T00:00:00Z" } });
  await using harness = startModelHarness(1, model);
  const spec = { source: { uri: "s3://weights/other" } };
  const creationTimestamp = "2025-01-01T00:00:00Z";
  const older = loraModel({
    spec,
    metadata: { name: "older", uid: "older-uid", creationTimestamp },
  });
  harness.others = [older];
  assertEquals(await harness.reconcile(), { outcome: "done" });
  const [worker] = harness.pods.workers;
  assertEquals(worker?.count("POST"), 0);
  assertEquals(harness.model && kstatus(harness.model), "Failed");
  assertEquals(conditionOf(harness.model?.status, "Ready")?.reason, "NameConflict");

  harness.others = [];
  await harness.reconcileUntil(isReady(harness, 1));
  assertEquals(conditionOf(harness.model?.status, "Ready")?.status, "True");

  // The newer model has loaded its adapter, so the older model does not replace that adapter.
  harness.others = [older];
  assertEquals(await harness.reconcile(), { outcome: "done" });
  assertEquals(worker?.count("POST"), 1);
  startDeletion(harness);
  await harness.reconcileUntil(() => harness.model === undefined);
  assertEquals([...worker?.loaded ?? []], []);
});

Deno.test("a paused model sends no requests, and is unloaded when it is deleted", async () => {
  const annotations = { "nvidia.com/paused": "true" };
  const finalizers = [FINALIZER];
  await using harness = startModelHarness(1, loraModel({ metadata: { annotations, finalizers } }));
  assertEquals(await harness.reconcile(), { outcome: "done" });
  assertEquals(harness.writes, ["status 0 of 1"]);
  assertEquals(conditionOf(harness.model?.status, "Paused")?.status, "True");
  startDeletion(harness);
  await harness.reconcile();
  const [worker] = harness.pods.workers;
  assertEquals([worker?.count("POST"), worker?.count("DELETE")], [0, 1]);
  assertEquals(harness.model, undefined);
});

Deno.test("a model of another type has endpoints, but no requests and no finalizer", async () => {
  const model = loraModel({
    spec: { modelType: "base", modelName: "acme/base" },
    metadata: { finalizers: [FINALIZER] },
  });
  await using harness = startModelHarness(2, model);
  assertEquals(await harness.reconcile(), { outcome: "done" });
  assertEquals(harness.writes, ["finalizers ", "status 0 of 2"]);
  assertEquals(harness.pods.addresses.size, 0);
  const status = harness.model?.status;
  assertEquals(status?.endpoints?.map(({ ready }) => ready), [false, false]);
  const { reason, message } = conditionOf(status, "EndpointsReady") ?? {};
  assertEquals([reason, message], ["EndpointsDiscovered", "Found 2 endpoint(s) for base model"]);
  assertEquals(harness.model && kstatus(harness.model), "Current");
});

Deno.test("a run ends early if the model changes", async () => {
  await using harness = startModelHarness(40);
  for (const worker of harness.pods.workers) worker.behaviour = "slow";
  const running = harness.reconcile();
  startDeletion(harness);
  await running;
  const called = harness.pods.workers.filter((worker) => worker.count("POST") > 0);
  assert(called.length <= 20, `${called.length} workers were called`);
});

Deno.test("a run ends, and sends nothing, while another operator manages the namespace", async () => {
  await using harness = startModelHarness(2);
  harness.isExcluded = true;
  await harness.reconcile();
  assertEquals(harness.pods.addresses.size, 0);
  harness.isExcluded = false;
  await harness.reconcileUntil(isReady(harness, 2));
  harness.isExcluded = true;
  startDeletion(harness);
  assertEquals((await harness.reconcile()).outcome, "requeueAfter");
  assertEquals(counts(harness.pods.workers, "DELETE"), [0]);
});
