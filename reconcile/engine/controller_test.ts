// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";
import { createController, type Reconcile } from "./controller.ts";
import type { ControllerMetrics } from "./controller_metrics.ts";
import { done, type Outcome, requeue, requeueAfter } from "./outcome.ts";
import { createFakeClock, settle } from "./testing/fake_clock.ts";
import { createMemoryLog } from "./testing/memory_log.ts";

function start(reconcile: Reconcile, workers = 2, clock = createFakeClock()) {
  const log = createMemoryLog();
  const records: string[] = [];
  let active = 0;
  let mostActive = 0;
  const metrics: Omit<ControllerMetrics, "dropNamespace"> = {
    queue: {},
    watch: () => {},
    started: () => mostActive = Math.max(mostActive, ++active),
    finished(key, { result, terminal }) {
      active--;
      records.push(`${key} ${terminal ? "terminal " : ""}${result}`);
    },
  };
  const controller = createController({ name: "test", reconcile, workers }, {
    clock,
    random: () => 0.5,
    metrics,
    log,
  });
  const stop = new AbortController();
  const running = controller.run(stop.signal);
  return {
    clock,
    log,
    records,
    queue: controller.queue,
    mostActive: () => mostActive,
    stop,
    async end() {
      await controller.queue.stop();
      await running;
    },
  };
}

Deno.test("each outcome has its result and its way back into the queue", async () => {
  const outcomes = [requeueAfter(60_000), requeue, requeue, done];
  const { clock, records, queue, end } = start(() => Promise.resolve(outcomes.shift() ?? done));
  queue.add("k");
  await settle();
  assertEquals(records, ["k requeue_after"]);
  await clock.advance(59_999);
  assertEquals(records.length, 1);
  await clock.advance(1);
  assertEquals(records.slice(1), ["k requeue"]);
  // The jitter reduces the backoffs from 50 ms and 100 ms to 37.5 ms and 75 ms.
  await clock.advance(38);
  assertEquals(records.length, 3);
  await clock.advance(74);
  assertEquals(records.length, 3);
  await clock.advance(1);
  assertEquals(records.slice(3), ["k success"]);
  await clock.advance(600_000);
  assertEquals(records.length, 4);
  await end();
});

Deno.test("an error is counted, logged with its message, and retried", async () => {
  let failures = 3;
  const { clock, log, records, queue, end } = start(() => {
    if (failures-- > 0) return Promise.reject(new Error("no luck"));
    return Promise.resolve(done);
  });
  queue.add("ns/k");
  await clock.advance(1_000);
  assertEquals(records, ["ns/k error", "ns/k error", "ns/k error", "ns/k success"]);
  assertEquals(log.lines, Array(3).fill("error Cannot reconcile ns/k: no luck"));
  await end();
});

Deno.test("a conflict is retried soon and is not logged", async () => {
  const request = { verb: "patch", method: "PATCH", path: "/" };
  const conflict = new ApiError({ status: 409, reason: "Conflict", message: "newer", request });
  let first = true;
  const { clock, log, records, queue, end } = start(() => {
    if (!first) return Promise.resolve(done);
    first = false;
    return Promise.reject(conflict);
  });
  queue.add("k");
  await clock.advance(50);
  assertEquals(records, ["k requeue", "k success"]);
  assertEquals(log.lines, []);
  await end();
});

Deno.test("a terminal error is logged once as a warning, and retried only after a change", async () => {
  const request = { verb: "apply", method: "PATCH", path: "/" };
  const details = { causes: [{ field: "spec.ports" }] };
  const refused = new ApiError({ status: 422, reason: "Invalid", message: "no", request, details });
  let refusals = 2;
  const { clock, log, records, queue, end } = start((key) => {
    if (refusals-- <= 0) return Promise.resolve(done);
    // The status write of an attempt causes a watch event, which arrives before the attempt ends.
    queue.remind(key);
    return Promise.reject(new AggregateError([refused], "Service a: no"));
  });
  queue.add("k");
  await clock.advance(3_600_000);
  assertEquals(records, ["k terminal error"]);
  queue.add("k");
  await clock.advance(3_600_000);
  assertEquals(records.length, 2);
  assertEquals(log.lines, [
    "warn Cannot reconcile k: Service a: no. The operator retries when the object or one of its children changes",
  ]);
  queue.add("k");
  await settle();
  assertEquals(records.slice(2), ["k success"]);
  await end();
});

Deno.test("a terminal outcome with a delay is retried after it", async () => {
  const outcomes: Outcome[] = [{ outcome: "terminal", error: new Error("no"), afterMs: 30_000 }];
  const { clock, records, queue, end } = start(() => Promise.resolve(outcomes.shift() ?? done));
  queue.add("k");
  await clock.advance(29_999);
  assertEquals(records, ["k terminal error"]);
  await clock.advance(1);
  assertEquals(records.slice(1), ["k success"]);
  await end();
});

Deno.test("several keys are reconciled at the same time, at most one per worker", async () => {
  const gates = new Map<string, () => void>();
  const { records, queue, mostActive, end } = start((key) =>
    new Promise((resolve) => gates.set(key, () => resolve(done)))
  );
  for (const key of ["a", "b", "c"]) queue.add(key);
  await settle();
  assertEquals([...gates.keys()], ["a", "b"]);
  gates.get("b")?.();
  await settle();
  assertEquals([...gates.keys()], ["a", "b", "c"]);
  gates.get("a")?.();
  gates.get("c")?.();
  await settle();
  assertEquals(records, ["b success", "a success", "c success"]);
  assertEquals(mostActive(), 2);
  await end();
});

Deno.test("a reconciliation that the stop interrupts is not an error", async () => {
  const { log, records, queue, stop, end } = start((_key, signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
  );
  queue.add("k");
  await settle();
  const ended = end();
  stop.abort(new Error("stopping"));
  await ended;
  assertEquals(records, ["k requeue"]);
  assertEquals(log.lines, []);
  assert(queue.stats.depth() === 0);
});

Deno.test("a denied request is retried at least every 30 s, any other failure at least every five minutes", async () => {
  const request = { verb: "apply", method: "PATCH", path: "/x" };
  const quota = new ApiError({ status: 403, reason: "Forbidden", message: "quota", request });
  for (const [error, minimum] of [[quota, 40], [new Error("no luck"), 4]] as const) {
    const { clock, records, queue, end } = start(() => Promise.reject(error));
    queue.add("k");
    for (let failures = 0; failures < 15; failures++) await clock.advance(300_000);
    const before = records.length;
    for (let minutes = 0; minutes < 20; minutes++) await clock.advance(60_000);
    assertEquals(records.length - before >= minimum, true);
    assertEquals(records.length - before <= minimum * 2, true);
    await end();
  }
});

Deno.test("frequent changes of children do not repeat a refused request each time", async () => {
  const details = { causes: [{ field: "spec.ports" }] };
  const request = { verb: "apply", method: "PATCH", path: "/x" };
  const refused = new ApiError({ status: 422, reason: "Invalid", message: "no", request, details });
  const { clock, records, queue, end } = start(() => Promise.reject(refused));
  queue.add("k");
  for (let seconds = 0; seconds < 60; seconds++) {
    queue.childChanged("k", 200);
    await clock.advance(1_000);
  }
  // The minimum interval between two attempts grows from 25 ms to 5 s, so one minute contains fewer than 20 attempts.
  assertEquals(records.length < 20, true, `${records.length} attempts`);
  const before = records.length;
  for (let seconds = 0; seconds < 60; seconds++) {
    queue.childChanged("k", 200);
    await clock.advance(1_000);
  }
  assertEquals(records.length - before, 12);
  await end();
});

Deno.test("workers with many queued keys let the event loop continue every 10 ms", async () => {
  let nowMs = 0;
  const reconcile = () => {
    nowMs += 4;
    return Promise.resolve(done);
  };
  const clock = { ...createFakeClock(), now: () => nowMs };
  const { records, queue, end } = start(reconcile, 1, clock);
  for (let key = 0; key < 6; key++) queue.add(`k${key}`);
  await settle();
  assertEquals(records.length, 3, "the worker did not wait after 12 ms");
  await clock.advance(1);
  assertEquals(records.length, 6);
  assertEquals(clock.pending(), 0, "a worker without queued keys need not wait");
  await end();
});
