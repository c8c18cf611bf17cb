// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { fakeClock } from "../../kube/testing/fake_clock.ts";
import { createLoadRecord } from "./load_record.ts";
import { ADAPTER, endpoint } from "./testing/models.ts";

const MODEL = "model-uid";
const worker = endpoint(1);
const failure = (message: string, kind = "status 500") => ({ kind, message });

function start() {
  const clock = fakeClock();
  return { clock, record: createLoadRecord(clock, () => 1) };
}

Deno.test("the delay after failures doubles from 2 s to 1 min, and ends with a success", () => {
  const { clock, record } = start();
  const waits = Array.from({ length: 7 }, () => {
    record.failed(MODEL, worker, ADAPTER, failure("busy"));
    return record.state(MODEL, worker, ADAPTER).waitMs / 1_000;
  });
  assertEquals(waits, [2, 4, 8, 16, 32, 60, 60]);
  clock.advance(59_000);
  assertEquals(record.state(MODEL, worker, ADAPTER).waitMs, 1_000);
  clock.advance(2_000);
  assertEquals(record.state(MODEL, worker, ADAPTER), { failure: failure("busy"), waitMs: 0 });
  record.loaded(MODEL, worker, ADAPTER);
  assertEquals(record.state(MODEL, worker, ADAPTER), { loaded: ADAPTER, waitMs: 0 });
});

Deno.test("jitter shortens a delay by up to half", () => {
  const record = createLoadRecord(fakeClock(), () => 0);
  record.failed(MODEL, worker, ADAPTER, failure("busy"));
  assertEquals(record.state(MODEL, worker, ADAPTER).waitMs, 1_000);
});

Deno.test("a new adapter has no failures, and the endpoint has the former one", () => {
  const { record } = start();
  record.loaded(MODEL, worker, ADAPTER);
  const other = { ...ADAPTER, uri: "s3://weights/other" };
  record.failed(MODEL, worker, other, failure("busy"));
  assertEquals(record.state(MODEL, worker, other).loaded, ADAPTER);
  const third = { ...ADAPTER, uri: "s3://weights/third" };
  assertEquals(record.state(MODEL, worker, third), { loaded: ADAPTER, waitMs: 0 });
});

Deno.test("repeated failures of one kind keep their first message", () => {
  const { record } = start();
  const message = () => record.state(MODEL, worker, ADAPTER).failure?.message;
  record.failed(MODEL, worker, ADAPTER, failure("failed at 10:00"));
  record.failed(MODEL, worker, ADAPTER, failure("failed at 10:01"));
  assertEquals(message(), "failed at 10:00");
  record.failed(MODEL, worker, ADAPTER, failure("no response", "timeout"));
  assertEquals(message(), "no response");
});

Deno.test("a pod that was not ready has no state for any model", () => {
  const { record } = start();
  const models = [MODEL, "other"];
  for (const model of models) record.loaded(model, worker, ADAPTER);
  record.failed(MODEL, endpoint(2), ADAPTER, failure("busy"));
  for (const one of [worker, endpoint(2)]) record.notReady(one);
  for (const model of models) assertEquals(record.state(model, worker, ADAPTER), { waitMs: 0 });
  assertEquals(record.state(MODEL, endpoint(2), ADAPTER), { waitMs: 0 });
  record.loaded(MODEL, worker, ADAPTER);
  assertEquals(record.state(MODEL, worker, ADAPTER).loaded, ADAPTER);
});

Deno.test("an endpoint that does not exist any more loses its state", () => {
  const { record } = start();
  const workers = [endpoint(1), endpoint(2)];
  for (const one of workers) record.loaded(MODEL, one, ADAPTER);
  record.keep(MODEL, [endpoint(1)]);
  assertEquals(workers.map((one) => record.state(MODEL, one, ADAPTER).loaded), [
    ADAPTER,
    undefined,
  ]);
});

Deno.test("models have separate states, and a forgotten model has none", () => {
  const { record } = start();
  record.loaded(MODEL, worker, ADAPTER);
  assertEquals(record.state("other", worker, ADAPTER), { waitMs: 0 });
  record.forget(MODEL);
  assertEquals(record.state(MODEL, worker, ADAPTER), { waitMs: 0 });
});
