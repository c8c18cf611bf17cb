import { until } from "../../devcluster/until.ts";
import { sumOfMetric } from "./metrics_text.ts";

/** Progress of an operator, read from its metrics. */
export interface OperatorState {
  /** Number of reconciliations of all controllers since the start of the process. */
  reconciliations: number;
  /** Number of keys that wait in a work queue or are being reconciled. */
  open: number;
  /** Number of requests to the API server since the start of the process. */
  requests: number;
}

/** Returns the state of the operator that serves metrics at `metricsUrl`. */
export async function operatorState(metricsUrl: string): Promise<OperatorState> {
  const response = await fetch(`${metricsUrl}/metrics`);
  const text = await response.text();
  const read = (name: string) => {
    const value = sumOfMetric(text, name);
    if (value === undefined) throw new Error(`Cannot find the metric "${name}" at "${metricsUrl}"`);
    return value;
  };
  return {
    reconciliations: read("controller_runtime_reconcile_total"),
    open: read("workqueue_depth") + read("controller_runtime_active_workers"),
    requests: sumOfMetric(text, "rest_client_requests_total") ?? 0,
  };
}

/** Resolves when the operator has completed this number of reconciliations and its work queues are empty. */
export async function untilDrained(
  metricsUrl: string,
  { reconciliations, deadlineMs }: { reconciliations: number; deadlineMs: number },
): Promise<OperatorState> {
  return await until(`${reconciliations} reconciliations of the operator`, deadlineMs, async () => {
    const state = await operatorState(metricsUrl);
    return state.reconciliations >= reconciliations && state.open === 0 ? state : undefined;
  });
}

/**
 * Resolves when the operator has been idle for `idleMs`: its work queues are empty, and it sends no requests. By then,
 * the operator has processed all earlier changes.
 */
export async function untilIdle(
  { metricsUrl }: { metricsUrl: string },
  { idleMs = 500, deadlineMs = 60_000 }: { idleMs?: number; deadlineMs?: number } = {},
): Promise<OperatorState> {
  let last = await operatorState(metricsUrl);
  let sinceMs = performance.now();
  return await until("the operator to be idle", deadlineMs, async () => {
    // The polls are infrequent, because each request for the metrics costs CPU time, which the benchmark measures.
    await new Promise((resolve) => setTimeout(resolve, idleMs / 4));
    const state = await operatorState(metricsUrl);
    const same = state.reconciliations === last.reconciliations && state.requests === last.requests;
    if (!same || state.open > 0) sinceMs = performance.now();
    last = state;
    return performance.now() - sinceMs >= idleMs ? state : undefined;
  });
}
