// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";
import { createController, type Reconcile } from "./controller.ts";
import type { ControllerMetrics } from "./controller_metrics.ts";
import type { Reconciliation } from "./resource_metrics.ts";
import { done, requeue, requeueAfter } from "./outcome.ts";
import { createFakeClock, settle } from "./testing/fake_clock.ts";
import { createMemoryLog } from "./testing/memory_log.ts";

function scene(reconcile: Reconcile, workers = 2) {
  const clock = createFakeClock();
  const log = createMemoryLog();
  const passes: string[] = [];
  let active = 0;
  let mostActive = 0;
  const metrics: ControllerMetrics = {
    queue: {},
    watch: () => {},
    started: () => mostActive = Math.max(mostActive, ++active),
    finished(key, { result }: Reconciliation) {
      active--;
      passes.push(`${key} ${result}`);
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
    passes,
    queue: controller.queue,
    mostActive: () => mostActive,
    stop,
    async end() {
      await controller.queue.stop();
      await running;
    },
  };
}

Deno.test("each outcome has its result and its way back to the queue", async () => {
  const outcomes = [requeueAfter(60_000), requeue, requeue, done];
  const { clock, passes, queue, end } = scene(() => Promise.resolve(outcomes.shift() ?? done));
  queue.add("k");
  await settle();
  assertEquals(passes, ["k requeue_after"]);
  await clock.advance(59_999);
  assertEquals(passes.length, 1);
  await clock.advance(1);
  assertEquals(passes.slice(1), ["k requeue"]);
  // 0.5 of jitter: three quarters of 50 ms, then of 100 ms.
  await clock.advance(38);
  assertEquals(passes.length, 3);
  await clock.advance(74);
  assertEquals(passes.length, 3);
  await clock.advance(1);
  assertEquals(passes.slice(3), ["k success"]);
  await clock.advance(600_000);
  assertEquals(passes.length, 4);
  await end();
});

Deno.test("a thrown error is counted, logged with what it is, and tried again", async () => {
  let failures = 3;
  const { clock, log, passes, queue, end } = scene(() => {
    if (failures-- > 0) return Promise.reject(new Error("no luck"));
    return Promise.resolve(done);
  });
  queue.add("ns/k");
  await clock.advance(1_000);
  assertEquals(passes, ["ns/k error", "ns/k error", "ns/k error", "ns/k success"]);
  assertEquals(log.lines, Array(3).fill("error Cannot reconcile ns/k: no luck"));
  await end();
});

Deno.test("a conflict is tried again soon and is nothing to log", async () => {
  const request = { verb: "patch", method: "PATCH", path: "/" };
  const conflict = new ApiError({ status: 409, reason: "Conflict", message: "newer", request });
  let first = true;
  const { clock, log, passes, queue, end } = scene(() => {
    if (!first) return Promise.resolve(done);
    first = false;
    return Promise.reject(conflict);
  });
  queue.add("k");
  await clock.advance(50);
  assertEquals(passes, ["k requeue", "k success"]);
  assertEquals(log.lines, []);
  await end();
});

Deno.test("several keys are in work at the same time, never more than there are workers", async () => {
  const gates = new Map<string, () => void>();
  const { passes, queue, mostActive, end } = scene((key) =>
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
  assertEquals(passes, ["b success", "a success", "c success"]);
  assertEquals(mostActive(), 2);
  await end();
});

Deno.test("a pass that is cut off by the stop is no error", async () => {
  const { log, passes, queue, stop, end } = scene((_key, signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
  );
  queue.add("k");
  await settle();
  const ended = end();
  stop.abort(new Error("stopping"));
  await ended;
  assertEquals(passes, ["k requeue"]);
  assertEquals(log.lines, []);
  assert(queue.stats.depth() === 0);
});
