// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { ApiError, ConnectionError } from "../../kube/errors.ts";
import { createMetrics, type Metrics } from "../../process/metrics.ts";
import { createControllerMetrics, errorType } from "./controller_metrics.ts";
import { createQueue } from "./queue.ts";
import { createFakeClock } from "./testing/fake_clock.ts";

/** Returns the non-zero series of a metric, each in the form `labels value`. */
function series(metrics: Metrics, name: string): string[] {
  const { body } = metrics.text();
  return body.split("\n").filter((line) =>
    line.startsWith(`${name}{`) || line.startsWith(`${name} `)
  )
    .map((line) => line.slice(name.length).trim()).filter((line) => !line.endsWith(" 0"));
}

Deno.test("all series of a controller exist from the start", () => {
  const metrics = createMetrics();
  const controllerMetrics = createControllerMetrics(metrics.registry, "example");
  controllerMetrics({ name: "c", workers: 4 }).watch(
    createQueue({ clock: createFakeClock(), random: Math.random }).stats,
  );
  const { body } = metrics.text();
  for (
    const line of [
      'controller_runtime_reconcile_total{controller="c",result="success"} 0',
      'controller_runtime_reconcile_total{controller="c",result="requeue"} 0',
      'controller_runtime_reconcile_total{controller="c",result="requeue_after"} 0',
      'controller_runtime_reconcile_total{controller="c",result="error"} 0',
      'controller_runtime_reconcile_errors_total{controller="c"} 0',
      'controller_runtime_terminal_reconcile_errors_total{controller="c"} 0',
      'controller_runtime_active_workers{controller="c"} 0',
      'controller_runtime_max_concurrent_reconciles{controller="c"} 4',
      'example_held_statuses{controller="c"} 0',
      'controller_runtime_reconcile_time_seconds_count{controller="c"} 0',
      'workqueue_adds_total{name="c",controller="c"} 0',
      'workqueue_retries_total{name="c",controller="c"} 0',
      'workqueue_queue_duration_seconds_count{name="c",controller="c"} 0',
      'workqueue_work_duration_seconds_count{name="c",controller="c"} 0',
      'workqueue_depth{name="c",controller="c"} 0',
      'workqueue_unfinished_work_seconds{name="c",controller="c"} 0',
      'workqueue_longest_running_processor_seconds{name="c",controller="c"} 0',
    ]
  ) assertStringIncludes(body, `${line}\n`);
});

Deno.test("reconciliations are counted by result, and by kind and namespace under their own names", () => {
  const metrics = createMetrics();
  const controllerMetrics = createControllerMetrics(metrics.registry, "example");
  const controller = controllerMetrics({ name: "c", workers: 1, resourceType: "Thing" });
  const request = { verb: "get", method: "GET", path: "/" };
  const error = new AggregateError([
    new ApiError({ status: 422, reason: "Invalid", message: "no", request }),
  ]);
  controller.started();
  controller.finished("ns/a", { result: "success", durationMs: 20 });
  controller.started();
  controller.finished("ns/a", { result: "error", durationMs: 20, error, terminal: true });
  controller.started();
  controller.finished("b", { result: "requeue_after", durationMs: 20 });
  assertEquals(series(metrics, "controller_runtime_reconcile_total"), [
    '{controller="c",result="success"} 1',
    '{controller="c",result="requeue_after"} 1',
    '{controller="c",result="error"} 1',
  ]);
  for (const name of ["reconcile_errors_total", "terminal_reconcile_errors_total"]) {
    assertEquals(series(metrics, `controller_runtime_${name}`), ['{controller="c"} 1']);
  }
  assertEquals(series(metrics, "example_reconcile_total"), [
    '{resource_type="Thing",namespace="ns",result="success"} 1',
    '{resource_type="Thing",namespace="ns",result="error"} 1',
    '{resource_type="Thing",namespace="",result="requeue"} 1',
  ]);
  assertEquals(series(metrics, "example_reconcile_errors_total"), [
    '{resource_type="Thing",namespace="ns",error_type="validation"} 1',
  ]);
  assertEquals(
    series(metrics, "example_reconcile_duration_seconds_sum").length,
    3,
  );
});

Deno.test("the metrics of a namespace are removed with its last object, and a later reconciliation does not restore them", () => {
  const metrics = createMetrics();
  const controllerMetrics = createControllerMetrics(metrics.registry, "example");
  const namespaces = new Set(["gone", "kept"]);
  const controller = controllerMetrics({
    name: "c",
    workers: 1,
    resourceType: "Thing",
    hasObjects: (namespace) => namespaces.has(namespace),
  });
  const reconcile = (key: string) => {
    for (const result of ["success", "requeue", "requeue_after"] as const) {
      controller.finished(key, { result, durationMs: 20 });
    }
    for (const error of [new Error("bug"), refused(422, "Invalid")]) {
      controller.finished(key, { result: "error", durationMs: 20, error });
    }
  };
  for (const namespace of namespaces) reconcile(`${namespace}/a`);
  namespaces.delete("gone");
  controller.dropNamespace("gone");
  reconcile("gone/a");
  const { body } = metrics.text();
  assertEquals(body.includes("gone"), false);
  assertStringIncludes(body, 'namespace="kept",error_type="validation"');
});

Deno.test("the state of a queue is read with the metrics", async () => {
  const metrics = createMetrics();
  const controllerMetrics = createControllerMetrics(metrics.registry, "example");
  const clock = createFakeClock();
  const controller = controllerMetrics({ name: "c", workers: 1 });
  const queue = createQueue({ clock, random: Math.random, observe: controller.queue });
  controller.watch(queue.stats);
  for (const key of ["a", "b", "b"]) queue.add(key);
  await queue.next();
  await clock.advance(1_500);
  const labels = '{name="c",controller="c"}';
  assertEquals(series(metrics, "workqueue_depth"), [`${labels} 1`]);
  assertEquals(series(metrics, "workqueue_adds_total"), [`${labels} 2`]);
  assertEquals(series(metrics, "workqueue_unfinished_work_seconds"), [`${labels} 1.5`]);
  queue.retry("a");
  queue.finish("a");
  assertEquals(series(metrics, "workqueue_retries_total"), [`${labels} 1`]);
  assertEquals(series(metrics, "workqueue_work_duration_seconds_sum"), [`${labels} 1.5`]);
  assertEquals(series(metrics, "workqueue_unfinished_work_seconds"), []);
  await queue.stop();
});

const request = { verb: "get", method: "GET", path: "/" };

function refused(status: number, reason: string): ApiError {
  return new ApiError({ status, reason, message: "", request });
}

Deno.test("the type of an error depends on the response of the API server", () => {
  assertEquals(errorType(refused(422, "Invalid")), "validation");
  assertEquals(errorType(refused(403, "Forbidden")), "forbidden");
  assertEquals(errorType(refused(500, "")), "internal");
  assertEquals(errorType(new ConnectionError({ request, message: "", timedOut: true })), "timeout");
  assertEquals(errorType(new ConnectionError({ request, message: "" })), "unavailable");
  assertEquals(errorType(new Error("bug")), "internal");
  assertEquals(errorType("thrown"), "internal");
});

Deno.test("the type of a wrapped error is that of its cause, or of the first of several errors", () => {
  assertEquals(errorType(new Error("no", { cause: refused(404, "NotFound") })), "not_found");
  assertEquals(errorType(new AggregateError([refused(404, "NotFound"), "other"])), "not_found");
  assertEquals(errorType(new AggregateError([])), "internal");
});
