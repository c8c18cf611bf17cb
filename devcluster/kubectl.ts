import { runProgram } from "./run_program.ts";
import { until } from "./until.ts";

const SERVED_TIMEOUT_MS = 60_000;

/** Runs kubectl with a kubeconfig. Returns its standard output; throws with its standard error. */
export async function runKubectl(
  program: string,
  kubeconfig: string,
  args: string[],
  stdin?: string,
): Promise<string> {
  return await runProgram(program, { args: [`--kubeconfig=${kubeconfig}`, ...args], stdin });
}

/**
 * Waits until the API server serves CRDs. A new CRD has `conditions: null` for a moment, and `kubectl wait` fails on
 * that; then this function calls it again.
 *
 * @param kubectl runs kubectl; throws with its standard error
 * @param target the arguments that name the CRDs
 */
export async function untilServed(
  kubectl: (args: string[]) => Promise<unknown>,
  target: readonly string[],
): Promise<void> {
  await until("the CRDs to be served", SERVED_TIMEOUT_MS, async () => {
    try {
      await kubectl(["wait", "--for=condition=Established", "--timeout=60s", ...target]);
      return true;
    } catch (error) {
      if (error instanceof Error && error.message.includes("<nil>")) return undefined;
      throw error;
    }
  });
}
