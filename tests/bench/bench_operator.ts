import type { OperatorOptions, OperatorProcess } from "../../devcluster/operator_process.ts";
import type { BenchCluster } from "./bench_cluster.ts";

/** Returns the options with which the benchmark starts every operator. */
export function launch(
  bench: BenchCluster,
  { logFile }: { logFile?: string | undefined },
  flags: string[] = [],
): OperatorOptions {
  const { program, serviceAccount: { kubeconfig } } = bench;
  return { program, kubeconfig, flags, logFile: logFile ?? "/dev/null" };
}

export async function stopOperator(operator: OperatorProcess): Promise<void> {
  const code = await operator.stop();
  if (code !== 0) throw new Error(`The operator stopped with exit code ${code} after SIGTERM`);
}
