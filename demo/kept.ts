import type { OperatorProcess } from "../devcluster/operator_process.ts";
import type { ClusterAccess } from "./cluster/cluster_access.ts";
import { operatorFiles } from "./cluster/operator.ts";
import { taskLine } from "./deno_command.ts";
import { KEPT_CLUSTER, NAMESPACE } from "./names.ts";
import { SAMPLE } from "./sample.ts";
import { commandLines } from "./view/command_line.ts";
import { type Line, say } from "./view/line.ts";

export interface KeptPlace {
  access: Pick<ClusterAccess, "kubectl" | "kubeconfig" | "folder" | "program" | "shared">;
  operator: Pick<OperatorProcess, "pid">;
  /** Files of the definitions that were not there before. */
  crdFiles: readonly string[];
}

/** What to type to go on with a place that is left up, and to end it; all to be pasted from the project's root. */
export function keptLines({ access, operator, crdFiles }: KeptPlace): Line[] {
  const { kubectl, kubeconfig, folder, program, shared } = access;
  const manifests = [operatorFiles(access).account, ...crdFiles].flatMap((file) => ["-f", file]);
  const use = [
    command(["export", `KUBECONFIG=${kubeconfig}`]),
    // The kubectl that was built with the control plane; the shell shall expand the variable.
    ...(shared ? [] : [say(`export PATH="${program.replace(/\/[^/]*$/, "")}:$PATH"`, "command")]),
    command(kubectl.words(["apply", "-n", NAMESPACE, "-f", SAMPLE.file])),
    command(kubectl.words(["get", "dynamo,deployments,pods", "-n", NAMESPACE])),
  ];
  const end = shared
    ? [
      command(["kill", String(operator.pid)]),
      command(kubectl.words(["delete", ...manifests])),
      command(["rm", "-r", folder]),
    ]
    : [say(taskLine("cluster", "down", "--name", KEPT_CLUSTER), "command")];
  return [
    say("To go on:", "dim"),
    ...use,
    [],
    say(shared ? "To end it:" : "To end it, the operator too:", "dim"),
    ...end,
  ];
}

function command(words: readonly string[]): Line {
  return say(commandLines(words, Infinity).join(""), "command");
}
