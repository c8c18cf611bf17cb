import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { createQueueMetrics } from "./queue_metrics.ts";
import type { QueueObserver, QueueStats } from "./queue.ts";
import {
  createResourceMetrics,
  type ReconcileRecord,
  type ReconcileResult,
} from "./resource_metrics.ts";

/** Receives the figures of one controller. */
export interface ControllerMetrics {
  readonly queue: QueueObserver;
  /** Reads the state of the queue whenever the metrics are read. */
  watch(stats: QueueStats): void;
  started(): void;
  finished(key: string, record: ReconcileRecord): void;
}

const RESULTS: readonly ReconcileResult[] = ["success", "requeue", "requeue_after", "error"];

const TIME_BUCKETS = [
  ...[0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5],
  ...[0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10],
  ...[15, 20, 25, 30, 40, 50, 60],
];

/**
 * Registers the metrics of controllers under the names of controller-runtime, so that its dashboards work, and those by
 * kind and namespace. See https://book.kubebuilder.io/reference/metrics-reference
 *
 * @param prefix prefix of the metrics by kind and namespace; a controller without a `resourceType` has none
 * @returns a function that creates the metrics of one controller, with all its series at zero
 */
export function createControllerMetrics(
  registry: Registry,
  prefix: string,
): (
  controller: { name: string; workers: number; resourceType?: string | undefined },
) => ControllerMetrics {
  const registers = [registry];
  const total = new Counter({
    name: "controller_runtime_reconcile_total",
    help: "Total number of reconciliations, by result",
    labelNames: ["controller", "result"],
    registers,
  });
  const errors = new Counter({
    name: "controller_runtime_reconcile_errors_total",
    help: "Total number of reconciliations that ended with an error",
    labelNames: ["controller"],
    registers,
  });
  const terminalErrors = new Counter({
    name: "controller_runtime_terminal_reconcile_errors_total",
    help: "Total number of reconciliations that ended with a terminal error, which is not retried",
    labelNames: ["controller"],
    registers,
  });
  const seconds = new Histogram({
    name: "controller_runtime_reconcile_time_seconds",
    help: "Duration of a reconciliation",
    labelNames: ["controller"],
    buckets: TIME_BUCKETS,
    registers,
  });
  const active = new Gauge({
    name: "controller_runtime_active_workers",
    help: "Number of keys that are being reconciled",
    labelNames: ["controller"],
    registers,
  });
  const most = new Gauge({
    name: "controller_runtime_max_concurrent_reconciles",
    help: "Highest number of keys that are reconciled at the same time",
    labelNames: ["controller"],
    registers,
  });
  const queues = createQueueMetrics(registry);
  const resources = createResourceMetrics(registry, prefix);

  return ({ name: controller, workers, resourceType }) => {
    const observer = resourceType === undefined ? undefined : resources(resourceType);
    for (const result of RESULTS) total.inc({ controller, result }, 0);
    errors.inc({ controller }, 0);
    terminalErrors.inc({ controller }, 0);
    seconds.zero({ controller });
    active.set({ controller }, 0);
    most.set({ controller }, workers);
    const queue = queues(controller);
    return {
      queue: queue.observer,
      watch: queue.watch,
      started: () => active.inc({ controller }),
      finished(key, record) {
        active.dec({ controller });
        total.inc({ controller, result: record.result });
        if (record.result === "error") errors.inc({ controller });
        if (record.terminal) terminalErrors.inc({ controller });
        seconds.observe({ controller }, record.durationMs / 1000);
        observer?.(key, record);
      },
    };
  };
}
