import { Counter, Histogram, type Registry } from "prom-client";
import { errorType } from "./error_type.ts";

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
