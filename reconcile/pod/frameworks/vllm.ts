import type { V1Container } from "@kubernetes/client-node";
import type { ServiceSpec } from "../../dynamo/service_input.ts";
import type { FrameworkDefaults, MultinodeContext } from "./framework.ts";
import { acceptsFlags, injectFlags, insertFlags } from "./inject_flags.ts";
import { runInShell, wholeGpus, withoutProbes } from "./multinode_container.ts";
import { scriptIndex, shellLine, singleQuoted } from "./shell_words.ts";

const RAY_PORT = 6379;
/** Port on which the leader of a data-parallel replica coordinates the other nodes. */
const DATA_PARALLEL_RPC_PORT = 13_445;

/**
 * vLLM reads the path of its compilation cache from an environment variable, or uses a default path. If a model does
 * not fit on one node, Ray runs it across the nodes. If the model fits, but its data-parallel ranks need several nodes,
 * each node runs some of the ranks.
 */
export const vllm: FrameworkDefaults = {
  cachePath: "/root/.cache/vllm",
  env(mounts) {
    const cache = mounts.find((mount) => mount.useAsCompilationCache);
    return cache?.mountPoint ? [{ name: "VLLM_CACHE_ROOT", value: cache.mountPoint }] : [];
  },
  multinode(container, context) {
    const { spec, role } = context.service;
    const parallelism = parallelismOf(container.args ?? [], spec);
    const changed = parallelism.mode === "ray"
      ? withRay(container, context)
      : parallelism.mode === "data parallel"
      ? withDataParallelism(container, context, parallelism.ranksPerNode)
      : container;
    return { container: role === "leader" ? changed : withoutProbes(changed) };
  },
  multinodeWarning(spec, container) {
    const { mode } = parallelismOf(container.args ?? [], spec);
    const field = "extraPodSpec.mainContainer.args";
    if (mode === "none") {
      return {
        field,
        message:
          "each node runs an independent copy of vLLM: set resources.limits.gpu to the number of GPUs " +
          "per node, and set --tensor-parallel-size, --pipeline-parallel-size or " +
          "--data-parallel-size so that a replica uses more GPUs than that. " +
          'Write the value of such a flag as a separate argument, not after "="',
      };
    }
    if (mode === "ray" || acceptsFlags(container, "vllm")) return undefined;
    return {
      field,
      message:
        "each node runs an independent copy of vLLM, because the operator can add the flags of data " +
        "parallelism only to a command that starts vLLM with Python: use the command " +
        "python3 -m dynamo.vllm",
    };
  },
};

/** How vLLM uses several nodes. `none` means that every node runs the whole program by itself. */
type Parallelism =
  | { mode: "ray" | "none" }
  | { mode: "data parallel"; ranksPerNode: number };

/**
 * Returns how vLLM uses several nodes. This depends on the arguments of vLLM and the number of GPUs per node. As in the
 * Go operator, the function recognizes only long flags with a separate value, such as `--tensor-parallel-size 8`.
 */
function parallelismOf(args: readonly string[], { resources }: ServiceSpec): Parallelism {
  const gpus = wholeGpus(resources?.limits?.gpu) ?? 0;
  const words = args.flatMap((arg) => arg.split(/\s+/));
  const size = (flag: string) => {
    const values = words.filter((_, index) => words[index - 1] === flag);
    return Number(values.find((value) => /^\d+$/.test(value)) ?? 1);
  };
  const gpusPerRank = size("--tensor-parallel-size") * size("--pipeline-parallel-size");
  if (gpus === 0) return { mode: "none" };
  if (gpusPerRank > gpus) return { mode: "ray" };
  if (gpusPerRank * size("--data-parallel-size") <= gpus) return { mode: "none" };
  return { mode: "data parallel", ranksPerNode: Math.floor(gpus / gpusPerRank) };
}

const RAY_EXECUTOR = "--distributed-executor-backend ray";

/** Returns the container with a command that starts Ray on each node, and vLLM only on the leader. */
function withRay(container: V1Container, { service, nodes }: MultinodeContext): V1Container {
  return runInShell(
    container,
    service.role === "leader"
      ? `ray start --head --port=${RAY_PORT} && ${lineWithRay(container)}`
      : `ray start --address=${nodes.leaderHost(service)}:${RAY_PORT} --block`,
  );
}

/**
 * Returns the container's command as a shell line with the flag that makes vLLM use Ray. The flag follows the command
 * or, in a shell script, the words that start vLLM.
 */
function lineWithRay({ command = [], args = [] }: V1Container): string {
  const elements = [...command, ...args];
  const index = scriptIndex(elements) ?? elements.length;
  const script = elements[index]?.trim() ?? "";
  if (!/\s/.test(script)) return `${shellLine(elements)} ${RAY_EXECUTOR}`;
  const quoted = singleQuoted(insertFlags(script, "vllm", RAY_EXECUTOR));
  return elements.map((element, at) => at === index ? quoted : shellLine([element])).join(" ");
}

/**
 * Returns the container with flags for data parallelism. Each node runs vLLM and serves its own data-parallel ranks.
 */
function withDataParallelism(
  container: V1Container,
  { service, nodes }: MultinodeContext,
  ranksPerNode: number,
): V1Container {
  const isLeader = service.role === "leader";
  const startRank = isLeader ? "0" : `$(( ${ranksPerNode} * ${nodes.workerRankInArithmetic} ))`;
  const flags = (leaderHost: string) => [
    "--data-parallel-hybrid-lb",
    ...["--data-parallel-size-local", `${ranksPerNode}`],
    ...["--data-parallel-start-rank", startRank],
    ...["--data-parallel-address", leaderHost],
    ...["--data-parallel-rpc-port", `${DATA_PARALLEL_RPC_PORT}`],
  ];
  return injectFlags(container, {
    framework: "vllm",
    inShell: flags(nodes.leaderHost(service)),
    ...(isLeader && { withoutShell: flags(nodes.leaderHostWithoutShell(service)) }),
  });
}
