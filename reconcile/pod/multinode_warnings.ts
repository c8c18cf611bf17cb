import { nodesOf, type ServiceSpec } from "../dynamo/service_input.ts";
import type { Warning } from "../dynamo/warning.ts";
import { frameworkOf } from "./frameworks/framework.ts";
import { frameworks } from "./frameworks/frameworks.ts";
import { defaultCommand } from "./main_container.ts";

/** Matches a command in which the user sets up multinode communication. Such a command needs no warning. */
const CONNECTED_BY_USER =
  /--(nnodes|node-rank|dist-init-addr|data-parallel-address)|ray start|mpirun/;

/** Returns a warning if a component spans several nodes, but the nodes of a replica cannot run one program together. */
export function multinodeWarnings(spec: ServiceSpec): Warning[] {
  if (nodesOf(spec) <= 1) return [];
  const { command, args } = { ...defaultCommand(spec), ...spec.extraPodSpec?.mainContainer };
  if (CONNECTED_BY_USER.test([...command ?? [], ...args ?? []].join(" "))) return [];
  const framework = frameworkOf(spec);
  if (framework === "noop") {
    const message =
      "each node runs an independent copy of the command, because the component is not a worker " +
      "with a known framework: set componentType to worker, and set backendFramework";
    return [{ field: "multinode", message }];
  }
  const warning = frameworks[framework].multinodeWarning?.(spec, {
    ...(command && { command }),
    ...(args && { args }),
  });
  return warning ? [warning] : [];
}
