import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { ApiError, ConnectionError } from "../../kube/errors.ts";
import type { QueueObserver, QueueStats } from "./queue.ts";
import { createQueueMetrics } from "./queue_metrics.ts";

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

/** The result of a reconciliation, by the names of controller-runtime. */
export type ReconcileResult = "success" | "requeue" | "requeue_after" | "error";

/** A reconciliation that has ended. */
export interface ReconcileRecord {
  result: ReconcileResult;
  durationMs: number;
  /** Cause of the result "error". */
  error?: unknown;
  /** Whether the error is terminal, so that it is not retried. */
  terminal?: boolean;
}

/** Receives each reconciliation of a key. */
export type ReconcileObserver = (key: string, record: ReconcileRecord) => void;

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Registers the metrics by kind and namespace: `<prefix>_reconcile_total`, `<prefix>_reconcile_duration_seconds` and
 * `<prefix>_reconcile_errors_total`.
 *
 * @returns a function that creates the observer for one kind
 */
export function createResourceMetrics(
  registry: Registry,
  prefix: string,
): (resourceType: string) => ReconcileObserver {
  const registers = [registry];
  const total = new Counter({
    name: `${prefix}_reconcile_total`,
    help: "Total number of reconciliations of a kind, by namespace and result",
    labelNames: ["resource_type", "namespace", "result"],
    registers,
  });
  const seconds = new Histogram({
    name: `${prefix}_reconcile_duration_seconds`,
    help: "Duration of a reconciliation",
    labelNames: ["resource_type", "namespace", "result"],
    buckets: BUCKETS,
    registers,
  });
  const errors = new Counter({
    name: `${prefix}_reconcile_errors_total`,
    help: "Total number of reconciliations that ended with an error, by its type",
    labelNames: ["resource_type", "namespace", "error_type"],
    registers,
  });

  return (resourceType) => (key, record) => {
    const namespace = key.includes("/") ? key.slice(0, key.indexOf("/")) : "";
    const result = record.result === "requeue_after" ? "requeue" : record.result;
    const labels = { resource_type: resourceType, namespace, result };
    total.inc(labels);
    seconds.observe(labels, record.durationMs / 1000);
    if (record.result === "error") {
      const error_type = errorType(record.error);
      errors.inc({ resource_type: resourceType, namespace, error_type });
    }
  };
}

const BY_REASON: Readonly<Record<string, string>> = {
  AlreadyExists: "already_exists",
  BadRequest: "bad_request",
  Conflict: "conflict",
  Forbidden: "forbidden",
  Invalid: "validation",
  NotFound: "not_found",
  ServerTimeout: "server_timeout",
  ServiceUnavailable: "unavailable",
  Timeout: "timeout",
  TooManyRequests: "rate_limited",
  Unauthorized: "unauthorized",
};

/** Returns the type of an error as a metric label; "internal" for an error without an answer of the API server. */
export function errorType(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorType(error.errors[0]);
  if (error instanceof ApiError) return BY_REASON[error.reason] ?? "internal";
  if (error instanceof ConnectionError) return error.timedOut ? "timeout" : "unavailable";
  if (error instanceof Error && error.cause) return errorType(error.cause);
  return "internal";
}
