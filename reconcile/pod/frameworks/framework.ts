import type { V1Container, V1EnvVar, V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import type { VolumeMount } from "../../../crds/fields/volumes.ts";
import type { PlatformConfig } from "../../dynamo/platform_config.ts";
import { PlanError } from "../../dynamo/problem.ts";
import { isWorker, type ServiceInput, type ServiceSpec } from "../../dynamo/service_input.ts";
import type { Warning } from "../../dynamo/warning.ts";
import type { ReplicaNodes } from "./replica_nodes.ts";

const FRAMEWORKS = ["vllm", "sglang", "trtllm"] as const;

/** Inference framework of a component; `noop` if the component has no known framework. */
export type Framework = typeof FRAMEWORKS[number] | "noop";

/** The part of a pod template that depends on the inference framework. */
export interface FrameworkDefaults {
  /** Default path of the framework's compilation cache; absent if the user must set the path. */
  cachePath?: string;
  /** Returns the environment variables that the framework needs for these mounts of the main container. */
  env?(mounts: readonly VolumeMount[]): V1EnvVar[];
  /** Returns the changes that a main container needs to run as one node of a multinode replica. */
  multinode?(container: V1Container, context: MultinodeContext): MultinodeChanges;
  /**
   * Returns a warning if the nodes of a replica cannot run the framework together, for example because the operator
   * cannot add flags to the command; undefined if they can.
   */
  multinodeWarning?(spec: ServiceSpec, container: UserCommand): Warning | undefined;
}

/** Command and arguments of a main container. */
export type UserCommand = Pick<V1Container, "command" | "args">;

/** One pod of a multinode replica: `service.role` is `leader` or `worker`. */
export interface MultinodeContext {
  service: ServiceInput;
  nodes: ReplicaNodes;
  config: PlatformConfig;
}

/** The changed main container of a multinode pod, and the volumes and mounts that are added to the pod. */
export interface MultinodeChanges {
  container: V1Container;
  volumes?: V1Volume[];
  mounts?: V1VolumeMount[];
}

/**
 * Returns the framework of a worker: the framework that its command runs (`python3 -m dynamo.vllm …`), or else the
 * framework in `backendFramework`.
 *
 * @throws {PlanError} if these frameworks differ, or if the command runs several and `backendFramework` is not set
 */
export function frameworkOf(spec: ServiceSpec): Framework {
  if (!isWorker(spec)) return "noop";
  const { backendFramework: configured, extraPodSpec } = spec;
  const { command = [], args = [] } = extraPodSpec?.mainContainer ?? {};
  const path = `extraPodSpec.mainContainer.${args.length > 0 ? "args" : "command"}`;
  const detected = frameworksIn([...command, ...args].join(" "));
  const [only] = detected;
  if (detected.length === 1 && only && configured && only !== configured) {
    throw new PlanError(
      path,
      `backend framework mismatch: detected "${only}" from command but explicitly configured ` +
        `as "${configured}"`,
    );
  }
  if (detected.length === 1 && only) return only;
  if (configured) return known(configured);
  if (detected.length > 1) {
    throw new PlanError(
      path,
      "could not determine backend framework: multiple backend frameworks detected from " +
        `command: ${detected.join(", ")}; set backendFramework`,
    );
  }
  return "noop";
}

function known(configured: string): Framework {
  const framework = FRAMEWORKS.find((name) => name === configured);
  if (framework) return framework;
  throw new PlanError("backendFramework", `unsupported backend framework: ${configured}`);
}

/**
 * Returns the frameworks that a shell line runs with Python. Such a line contains `python`, `-m` and
 * `dynamo.<framework>` in this order, without `|`, `&` or `;` between them. The function uses three plain searches,
 * because a single regular expression could backtrack for a very long time on a long line.
 */
function frameworksIn(line: string): Framework[] {
  const modules = line.split(/[|&;]/).map((segment) =>
    after(/-m[\t\n\f\r ]/, after(PYTHON, segment))
  );
  return FRAMEWORKS.filter((name) => modules.some((text) => text.includes(`dynamo.${name}`)));
}

const PYTHON = /python[0-9.]*[\t\n\f\r ]/;

/** Returns the text after the first match of the pattern; "" if nothing matches. */
function after(pattern: RegExp, text: string): string {
  const match = pattern.exec(text);
  return match ? text.slice(match.index + match[0].length) : "";
}
