import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { createQueueMetrics } from "./queue_metrics.ts";
import type { QueueObserver, QueueStats } from "./queue.ts";
import type { PassObserver } from "./resource_metrics.ts";

/** How a pass ended, by the names of controller-runtime. */
export type PassResult = "success" | "requeue" | "requeue_after" | "error";

export interface Pass {
  result: PassResult;
  tookMs: number;
  /** What was thrown, for the result "error". */
  error?: unknown;
}

/** Where one controller reports what it does. */
export interface ControllerMetrics {
  readonly queue: QueueObserver;
  /** Shows the state of the queue whenever the metrics are read. */
  watch(stats: QueueStats): void;
  started(): void;
  finished(key: string, pass: Pass): void;
}

const RESULTS: readonly PassResult[] = ["success", "requeue", "requeue_after", "error"];

const TIME_BUCKETS = [
  ...[0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5],
  ...[0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10],
  ...[15, 20, 25, 30, 40, 50, 60],
];

/**
 * The metrics of controllers under the names of controller-runtime, so that dashboards made for it work.
 * See https://book.kubebuilder.io/reference/metrics-reference
 *
 * @returns a function that makes the metrics of one controller, with all its series at zero
 */
export function createControllerMetrics(
  registry: Registry,
): (name: string, workers: number, observer?: PassObserver) => ControllerMetrics {
  const registers = [registry];
  const total = new Counter({
    name: "controller_runtime_reconcile_total",
    help: "Passes of a controller over a key, by result",
    labelNames: ["controller", "result"],
    registers,
  });
  const errors = new Counter({
    name: "controller_runtime_reconcile_errors_total",
    help: "Passes that ended with an error",
    labelNames: ["controller"],
    registers,
  });
  const seconds = new Histogram({
    name: "controller_runtime_reconcile_time_seconds",
    help: "How long a pass takes",
    labelNames: ["controller"],
    buckets: TIME_BUCKETS,
    registers,
  });
  const active = new Gauge({
    name: "controller_runtime_active_workers",
    help: "Keys in work",
    labelNames: ["controller"],
    registers,
  });
  const most = new Gauge({
    name: "controller_runtime_max_concurrent_reconciles",
    help: "Keys that may be in work at the same time",
    labelNames: ["controller"],
    registers,
  });
  const queues = createQueueMetrics(registry);

  return (controller, workers, observer) => {
    for (const result of RESULTS) total.inc({ controller, result }, 0);
    errors.inc({ controller }, 0);
    seconds.zero({ controller });
    active.set({ controller }, 0);
    most.set({ controller }, workers);
    const queue = queues(controller);
    return {
      queue: queue.observer,
      watch: queue.watch,
      started: () => active.inc({ controller }),
      finished(key, pass) {
        active.dec({ controller });
        total.inc({ controller, result: pass.result });
        if (pass.result === "error") errors.inc({ controller });
        seconds.observe({ controller }, pass.tookMs / 1000);
        observer?.(key, pass);
      },
    };
  };
}
