import type { OperatorProcess } from "../devcluster/operator_process.ts";
import { commandLines } from "./command_line.ts";
import type { DemoCluster } from "./demo.ts";
import { taskLine } from "./deno_command.ts";
import { IN_NAMESPACE, KEPT_CLUSTER, NAMESPACE, OPERATOR_MANIFESTS } from "./names.ts";
import { SAMPLE } from "./sample.ts";

/** Returns shell commands that use and stop the cluster and the operator that `--keep` leaves running. */
export function keptLines(
  { kubectl, kubeconfig, folder, binFolder, crdFiles }: DemoCluster,
  operator: Pick<OperatorProcess, "pid">,
): string[] {
  const line = (words: readonly string[]) => commandLines(words, Infinity).join("");
  const kubectlLine = (...args: string[]) => line(kubectl.words(args));
  const manifests = [OPERATOR_MANIFESTS, ...crdFiles].flatMap((file) => ["-f", file]);
  const isLocal = binFolder !== undefined;
  return [
    "To use them:",
    line(["export", `KUBECONFIG=${kubeconfig}`]),
    // The shell must expand $PATH. So this line does not use `commandLines`, which would add single quotes.
    ...(isLocal ? [`export PATH="${binFolder}:$PATH"`] : []),
    kubectlLine("apply", ...IN_NAMESPACE, "-f", SAMPLE.file),
    kubectlLine("get", "dynamo,deployments,pods", ...IN_NAMESPACE),
    "",
    "To stop them:",
    ...(isLocal ? [taskLine("cluster", "down", "--name", KEPT_CLUSTER)] : [
      line(["kill", String(operator.pid)]),
      kubectlLine("delete", `namespace/${NAMESPACE}`),
      kubectlLine("delete", ...manifests),
      line(["rm", "-r", folder]),
    ]),
  ];
}
