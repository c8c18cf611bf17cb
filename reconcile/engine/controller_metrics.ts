import { ApiError, ConnectionError } from "../../kube/errors.ts";
import type { MetricRegistry } from "../../process/metric_registry.ts";
import { nameOfKey } from "../../kube/object.ts";
import type { QueueObserver, QueueStats } from "./queue.ts";
import { createQueueMetrics } from "./queue_metrics.ts";

/** Result of a reconciliation, as controller-runtime names it in metric labels. */
export type ReconcileResult = typeof RESULTS[number];
const RESULTS = ["success", "requeue", "requeue_after", "error"] as const;

/** Result of a finished reconciliation. */
export interface ReconcileRecord {
  result: ReconcileResult;
  durationMs: number;
  /** The error, if `result` is "error". */
  error?: unknown;
  /** Whether the error is terminal. The controller does not retry the key after a terminal error. */
  terminal?: boolean;
}

/** Records the metrics of one controller. */
export interface ControllerMetrics {
  readonly queue: QueueObserver;
  /** Sets the queue to measure. Each scrape reads the state of the queue. */
  watch(stats: QueueStats): void;
  started(): void;
  finished(key: string, record: ReconcileRecord): void;
  /** Removes the metrics of a namespace that no longer contains objects of the controller. */
  dropNamespace(namespace: string): void;
}

/** The controller to measure. */
export interface MeasuredController {
  name: string;
  workers: number;
  /**
   * Label of the controller in the metrics that are grouped by kind and namespace. Without this label, the controller
   * does not record these metrics.
   */
  resourceType?: string | undefined;
  /** Returns the number of objects with a delayed status write; 0 by default. */
  heldStatuses?: (() => number) | undefined;
  /**
   * Returns whether a namespace contains objects of the controller. If not, the controller does not record metrics for
   * the namespace.
   */
  hasObjects?: (namespace: string) => boolean;
}

const CONTROLLER_BUCKETS = [
  ...[0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5],
  ...[0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10],
  ...[15, 20, 25, 30, 40, 50, 60],
];
const RESOURCE_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Registers the metrics of controller-runtime under the same names, so that dashboards for controller-runtime work.
 * Also registers metrics that are grouped by kind and namespace. See
 * https://book.kubebuilder.io/reference/metrics-reference
 *
 * @param prefix prefix of the metrics that are grouped by kind and namespace; a controller without a `resourceType`
 *   does not record these metrics
 * @returns a function that creates the metrics of one controller, with all their series at zero
 */
export function createControllerMetrics(
  registry: MetricRegistry,
  prefix: string,
): (controller: MeasuredController) => ControllerMetrics {
  const metric = (name: string, help: string, ...labels: string[]) => {
    return { name, help, labels: ["controller", ...labels] };
  };
  const total = registry.counter(metric(
    "controller_runtime_reconcile_total",
    "Total number of reconciliations, by result",
    "result",
  ));
  const errors = registry.counter(metric(
    "controller_runtime_reconcile_errors_total",
    "Total number of reconciliations that ended with an error",
  ));
  const terminalErrors = registry.counter(metric(
    "controller_runtime_terminal_reconcile_errors_total",
    "Total number of reconciliations that ended with a terminal error, which is not retried",
  ));
  const seconds = registry.histogram({
    ...metric("controller_runtime_reconcile_time_seconds", "Duration of a reconciliation"),
    buckets: CONTROLLER_BUCKETS,
  });
  const active = registry.gauge(metric(
    "controller_runtime_active_workers",
    "Number of keys that are being reconciled",
  ));
  const most = registry.gauge(metric(
    "controller_runtime_max_concurrent_reconciles",
    "Maximum number of keys that the controller may reconcile at the same time",
  ));
  const held = new Map<string, () => number>();
  registry.read({
    ...metric(`${prefix}_held_statuses`, "Number of objects whose new status is not written yet"),
    type: "gauge",
    read: () =>
      [...held].map(([controller, count]) => ({ labels: { controller }, value: count() })),
  });
  const queues = createQueueMetrics(registry);
  const resources = createResourceMetrics(registry, prefix);

  return ({ name: controller, workers, resourceType, heldStatuses, hasObjects = () => true }) => {
    const observer = resourceType === undefined ? undefined : resources(resourceType);
    for (const result of RESULTS) total.add({ controller, result }, 0);
    errors.add({ controller }, 0);
    terminalErrors.add({ controller }, 0);
    seconds.zero({ controller });
    active.set({ controller }, 0);
    most.set({ controller }, workers);
    held.set(controller, heldStatuses ?? (() => 0));
    const queue = queues(controller);
    return {
      queue: queue.observer,
      watch: queue.watch,
      started: () => active.add({ controller }),
      finished(key, record) {
        active.add({ controller }, -1);
        total.add({ controller, result: record.result });
        if (record.result === "error") errors.add({ controller });
        if (record.terminal) terminalErrors.add({ controller });
        seconds.observe({ controller }, record.durationMs / 1000);
        const namespace = nameOfKey(key).namespace;
        if (namespace === undefined || hasObjects(namespace)) observer?.record(namespace, record);
      },
      dropNamespace: (namespace) => observer?.drop(namespace),
    };
  };
}

/**
 * Registers the metrics that are grouped by kind and namespace. Returns a function that creates the metrics of one
 * kind.
 */
function createResourceMetrics(registry: MetricRegistry, prefix: string) {
  const metric = (name: string, help: string, ...labels: string[]) => {
    const names = ["resource_type", "namespace", ...labels];
    return { name: `${prefix}_reconcile_${name}`, help, labels: names };
  };
  const total = registry.counter(metric(
    "total",
    "Total number of reconciliations of a kind, by namespace and result",
    "result",
  ));
  const seconds = registry.histogram({
    ...metric("duration_seconds", "Duration of a reconciliation", "result"),
    buckets: RESOURCE_BUCKETS,
  });
  const errors = registry.counter(metric(
    "errors_total",
    "Total number of reconciliations that ended with an error, by error type",
    "error_type",
  ));

  return (resource_type: string) => ({
    record(namespace = "", record: ReconcileRecord) {
      const kind = { resource_type, namespace };
      const result = record.result === "requeue_after" ? "requeue" : record.result;
      total.add({ ...kind, result });
      seconds.observe({ ...kind, result }, record.durationMs / 1000);
      if (record.result === "error") errors.add({ ...kind, error_type: errorType(record.error) });
    },
    drop(namespace: string) {
      const kind = { resource_type, namespace };
      for (const result of RESULTS) {
        total.remove({ ...kind, result });
        seconds.remove({ ...kind, result });
      }
      for (const error_type of ERROR_TYPES) errors.remove({ ...kind, error_type });
    },
  });
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

const ERROR_TYPES = [...Object.values(BY_REASON), "internal"];

/** Returns the type of an error as a metric label; "internal" if no other type applies. */
export function errorType(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorType(error.errors[0]);
  if (error instanceof ApiError) return BY_REASON[error.reason] ?? "internal";
  if (error instanceof ConnectionError) return error.timedOut ? "timeout" : "unavailable";
  if (error instanceof Error && error.cause) return errorType(error.cause);
  return "internal";
}
