import { Counter, Histogram, type Registry } from "prom-client";
import type { Pass } from "./controller_metrics.ts";
import { errorType } from "./error_type.ts";

/** Told of each pass over a key. */
export type PassObserver = (key: string, pass: Pass) => void;

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Passes by kind and namespace: `<prefix>_reconcile_total`, `<prefix>_reconcile_duration_seconds` and
 * `<prefix>_reconcile_errors_total`.
 *
 * @returns a function that makes the observer for one kind
 */
export function createResourceMetrics(
  registry: Registry,
  prefix: string,
): (resourceType: string) => PassObserver {
  const registers = [registry];
  const total = new Counter({
    name: `${prefix}_reconcile_total`,
    help: "Passes over objects of a kind, by namespace and result",
    labelNames: ["resource_type", "namespace", "result"],
    registers,
  });
  const seconds = new Histogram({
    name: `${prefix}_reconcile_duration_seconds`,
    help: "How long a pass takes",
    labelNames: ["resource_type", "namespace", "result"],
    buckets: BUCKETS,
    registers,
  });
  const errors = new Counter({
    name: `${prefix}_reconcile_errors_total`,
    help: "Passes that ended with an error, by its type",
    labelNames: ["resource_type", "namespace", "error_type"],
    registers,
  });

  return (resourceType) => (key, pass) => {
    const namespace = key.includes("/") ? key.slice(0, key.indexOf("/")) : "";
    const result = pass.result === "requeue_after" ? "requeue" : pass.result;
    const labels = { resource_type: resourceType, namespace, result };
    total.inc(labels);
    seconds.observe(labels, pass.tookMs / 1000);
    if (pass.result === "error") {
      const error_type = errorType(pass.error);
      errors.inc({ resource_type: resourceType, namespace, error_type });
    }
  };
}
