import { operatorState } from "./operator_state.ts";
import type { TestOperator } from "./test_operator.ts";

const CALM_MS = 500;
const DEADLINE_MS = 60_000;
const PAUSE_MS = 50;

/**
 * Resolves when the operator has had nothing in line and has sent nothing for half a second: whatever follows from
 * the changes so far has been done.
 */
export async function untilCalm({ metricsUrl }: Pick<TestOperator, "metricsUrl">): Promise<void> {
  const giveUpAtMs = performance.now() + DEADLINE_MS;
  let last = await operatorState(metricsUrl);
  let sinceMs = performance.now();
  while (performance.now() - sinceMs < CALM_MS) {
    if (performance.now() > giveUpAtMs) {
      throw new Error(`The operator found no rest within ${DEADLINE_MS / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const state = await operatorState(metricsUrl);
    const same = state.passes === last.passes && state.requests === last.requests;
    if (!same || state.open > 0) sinceMs = performance.now();
    last = state;
  }
}
