import { Counter, Histogram, type Registry } from "prom-client";
import { errorType } from "./error_type.ts";

/** Result of a reconciliation, by the names of controller-runtime. */
export type ReconcileResult = "success" | "requeue" | "requeue_after" | "error";

/** A finished reconciliation. */
export interface Reconciliation {
  result: ReconcileResult;
  tookMs: number;
  /** The thrown error, for the result "error". */
  error?: unknown;
}

/** Counts one reconciliation of a key. */
export type ReconcileObserver = (key: string, reconciliation: Reconciliation) => void;

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Registers the metrics by kind and namespace: `<prefix>_reconcile_total`, `<prefix>_reconcile_duration_seconds` and
 * `<prefix>_reconcile_errors_total`.
 *
 * @returns a function that creates the observer of one kind
 */
export function createResourceMetrics(
  registry: Registry,
  prefix: string,
): (resourceType: string) => ReconcileObserver {
  const registers = [registry];
  const total = new Counter({
    name: `${prefix}_reconcile_total`,
    help: "Reconciliations of objects of a kind, by namespace and result",
    labelNames: ["resource_type", "namespace", "result"],
    registers,
  });
  const seconds = new Histogram({
    name: `${prefix}_reconcile_duration_seconds`,
    help: "Duration of reconciliations of objects of a kind",
    labelNames: ["resource_type", "namespace", "result"],
    buckets: BUCKETS,
    registers,
  });
  const errors = new Counter({
    name: `${prefix}_reconcile_errors_total`,
    help: "Reconciliations that failed, by type of the error",
    labelNames: ["resource_type", "namespace", "error_type"],
    registers,
  });

  return (resourceType) => (key, { result, tookMs, error }) => {
    const namespace = key.includes("/") ? key.slice(0, key.indexOf("/")) : "";
    const labels = {
      resource_type: resourceType,
      namespace,
      result: result === "requeue_after" ? "requeue" : result,
    };
    total.inc(labels);
    seconds.observe(labels, tookMs / 1000);
    if (result === "error") {
      errors.inc({ resource_type: resourceType, namespace, error_type: errorType(error) });
    }
  };
}
