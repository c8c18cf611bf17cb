import { until } from "../../devcluster/until.ts";
import { sumOfMetric } from "./metrics_text.ts";

/** What an operator is at, read from its metrics. */
export interface OperatorState {
  /** Passes of all controllers since the start. */
  passes: number;
  /** Keys in line or in work. */
  open: number;
  /** Requests to the API server since the start. */
  requests: number;
}

/** Nothing happened for so long: status writes follow what they report within this. */
const IDLE_MS = 2_000;

/** Reads the state of the operator that serves metrics at `metricsUrl`. */
export async function operatorState(metricsUrl: string): Promise<OperatorState> {
  const response = await fetch(`${metricsUrl}/metrics`);
  const text = await response.text();
  const read = (name: string) => {
    const value = sumOfMetric(text, name);
    if (value === undefined) throw new Error(`Cannot find the metric "${name}" at "${metricsUrl}"`);
    return value;
  };
  return {
    passes: read("controller_runtime_reconcile_total"),
    open: read("workqueue_depth") + read("controller_runtime_active_workers"),
    requests: sumOfMetric(text, "rest_client_requests_total") ?? 0,
  };
}

/** Resolves when the operator has made so many passes since its start and has nothing in line. */
export async function untilDrained(
  metricsUrl: string,
  { passes, deadlineMs }: { passes: number; deadlineMs: number },
): Promise<OperatorState> {
  return await until(`${passes} passes of the operator`, deadlineMs, async () => {
    const state = await operatorState(metricsUrl);
    return state.passes >= passes && state.open === 0 ? state : undefined;
  });
}

/** Resolves when the operator has had nothing to do for two seconds. */
export async function untilIdle(metricsUrl: string, deadlineMs: number): Promise<OperatorState> {
  let last = await operatorState(metricsUrl);
  let sinceMs = performance.now();
  return await until("the operator to be idle", deadlineMs, async () => {
    // Each look costs the operator some of the CPU time that is measured.
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS / 4));
    const state = await operatorState(metricsUrl);
    const same = state.passes === last.passes && state.requests === last.requests;
    if (!same || state.open > 0) sinceMs = performance.now();
    last = state;
    return performance.now() - sinceMs >= IDLE_MS ? state : undefined;
  });
}
