import { until } from "../../devcluster/until.ts";
import { sumOfMetric } from "./metrics_text.ts";

/** Progress of an operator, read from its metrics. */
export interface OperatorState {
  /** Number of reconciliations of all controllers since the start of the process. */
  reconciliations: number;
  /** Amount of open work: the sum of queued keys, running reconciliations and delayed status writes. */
  open: number;
  /** Number of requests to the API server since the start of the process. */
  requests: number;
  /** Number of requests other than GET that the process has sent to the API server since its start. */
  writes: number;
}

interface IdleOptions {
  idleMs?: number;
  deadlineMs?: number;
}

const REQUESTS = "rest_client_requests_total";

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
    open: read("workqueue_depth") + read("controller_runtime_active_workers") +
      read("dynamo_operator_held_statuses"),
    requests: sumOfMetric(text, REQUESTS) ?? 0,
    writes: sumOfMetric(text, REQUESTS, 'method="GET"') ?? 0,
  };
}

/**
 * Resolves when the operator has completed this number of reconciliations, its work queues are empty, and it has
 * written each status.
 */
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
 * Resolves when the operator has been idle for `idleMs`: its work queues are empty, it has written each status, and it
 * sends no requests. By then, the operator has processed all earlier changes.
 */
export async function untilIdle(
  operator: { metricsUrl: string },
  options: IdleOptions = {},
): Promise<OperatorState> {
  const isSame = (a: OperatorState, b: OperatorState) =>
    a.reconciliations === b.reconciliations && a.requests === b.requests;
  return await untilUnchanged("the operator to be idle", operator, isSame, options);
}

/**
 * Resolves when the operator has written nothing for `idleMs`, and its work queues are empty. Unlike
 * {@linkcode untilIdle}, this function does not wait until the operator stops polling the pods of components that are
 * not ready.
 */
export async function untilNoWrites(
  operator: { metricsUrl: string },
  options: IdleOptions = {},
): Promise<OperatorState> {
  const isSame = (a: OperatorState, b: OperatorState) => a.writes === b.writes;
  return await untilUnchanged("the operator to end its writes", operator, isSame, options);
}

async function untilUnchanged(
  what: string,
  { metricsUrl }: { metricsUrl: string },
  isSame: (a: OperatorState, b: OperatorState) => boolean,
  { idleMs = 500, deadlineMs = 60_000 }: IdleOptions,
): Promise<OperatorState> {
  let last = await operatorState(metricsUrl);
  let sinceMs = performance.now();
  return await until(what, deadlineMs, async () => {
    // The polls are infrequent, because each request for the metrics costs CPU time, which the benchmark measures.
    await new Promise((resolve) => setTimeout(resolve, idleMs / 4));
    const state = await operatorState(metricsUrl);
    if (!isSame(state, last) || state.open > 0) sinceMs = performance.now();
    last = state;
    return performance.now() - sinceMs >= idleMs ? state : undefined;
  });
}
