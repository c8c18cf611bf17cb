import { runProgram } from "./run_program.ts";
import { until } from "./until.ts";

const SERVED_TIMEOUT_MS = 60_000;

/** Runs kubectl with a kubeconfig. Returns its standard output; throws an error that contains its standard error. */
export async function runKubectl(
  program: string,
  kubeconfig: string,
  args: string[],
  stdin?: string,
): Promise<string> {
  return await runProgram(program, { args: [`--kubeconfig=${kubeconfig}`, ...args], stdin });
}

/**
 * Waits until the API server serves the selected CRDs. `kubectl wait` fails on a new CRD while the CRD still has
 * `conditions: null`; this function then calls `kubectl wait` again.
 *
 * @param kubectl function that runs kubectl and throws an error that contains its standard error
 * @param target arguments of kubectl that select the CRDs
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
