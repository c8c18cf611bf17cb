import type { V1Container, V1EnvVar, V1Probe } from "@kubernetes/client-node";
import type { ServiceSpec } from "../../dynamo/service_input.ts";
import { volumeNameFrom } from "../volume_name.ts";
import type { FrameworkDefaults, MultinodeContext } from "./framework.ts";
import { callsFramework, isPythonCommand } from "./inject_flags.ts";
import { runInShell, wholeGpus } from "./multinode_container.ts";
import { escapedForSingleQuotes, scriptIndex, shellLine, singleQuoted } from "./shell_words.ts";
import { CLIENT_SETUP, runSshServer, SSH_KEY_PATH, SSH_PORT } from "./trtllm_ssh.ts";

/**
 * TensorRT-LLM: the leader runs `mpirun`, which starts one process for each GPU of the replica. `mpirun` connects to
 * the workers over SSH. The workers run only the SSH server.
 */
export const trtllm: FrameworkDefaults = {
  multinode(container, context) {
    const { service: { role, spec }, config: { mpiSecret } } = context;
    const withEnv = { ...container, env: withHostNames(container.env) };
    const volumes = spec.extraPodSpec?.volumes ?? [];
    const usersVolume = volumes.find(({ name }) => name === mpiSecret.name);
    const isMounted = usersVolume?.secret?.secretName === mpiSecret.name;
    const name = volumeNameFrom(mpiSecret.name, usersVolume !== undefined && !isMounted);
    return {
      container: role === "leader"
        ? runInShell(withEnv, leaderLine(withEnv, context))
        : asWorker(withEnv),
      ...(!isMounted && {
        volumes: [{ name, secret: { secretName: mpiSecret.name, defaultMode: 0o644 } }],
      }),
      mounts: [{ name, mountPath: SSH_KEY_PATH, readOnly: true }],
    };
  },
  multinodeWarning(spec) {
    if (gpusPerNode(spec) > 0) return undefined;
    const message =
      "must be a whole number above 0, because mpirun starts one process for each GPU: set the GPUs of one node";
    return { field: "resources.limits.gpu", message };
  },
};

const FULL_HOST_NAMES = "OMPI_MCA_orte_keep_fqdn_hostnames";

/** Adds the variable that makes Open MPI use the full host names of pods. */
function withHostNames(env: readonly V1EnvVar[] = []): V1EnvVar[] {
  return [
    ...env.filter(({ name }) => name !== FULL_HOST_NAMES),
    { name: FULL_HOST_NAMES, value: "1" },
  ];
}

/**
 * Readiness probe of a worker. A worker runs only an SSH server, so it is ready when this server accepts connections.
 */
const SSH_READINESS: V1Probe = {
  tcpSocket: { port: SSH_PORT },
  initialDelaySeconds: 20,
  periodSeconds: 20,
  timeoutSeconds: 5,
  failureThreshold: 10,
};

function asWorker(container: V1Container): V1Container {
  const { livenessProbe: _live, startupProbe: _startup, ...rest } = container;
  return { ...runInShell(rest, runSshServer()), readinessProbe: SSH_READINESS };
}

function leaderLine(container: V1Container, { service, nodes }: MultinodeContext): string {
  const workers = nodes.workerHosts(service);
  return [
    ...CLIENT_SETUP,
    ...(nodes.startsBeforeDns ? [waitForDns(workers)] : []),
    mpirun(container, {
      processes: service.nodes * gpusPerNode(service.spec),
      hosts: [nodes.leaderHost(service), ...workers],
    }),
  ].join(" && ");
}

/**
 * Returns the number of GPUs of one node. `mpirun` starts one process for each GPU. If a service sets both a GPU
 * request and a GPU limit, the request applies.
 */
export function gpusPerNode({ resources }: ServiceSpec): number {
  return wholeGpus(resources?.requests?.gpu) ?? wholeGpus(resources?.limits?.gpu) ?? 0;
}

/** Time in seconds after which the leader fails if the host name of a worker still does not resolve. */
const DNS_TIMEOUT_SECONDS = 300;

function waitForDns(hosts: readonly string[]): string {
  return `TIMEOUT=${DNS_TIMEOUT_SECONDS}; START_TIME=$(date +%s); for worker in ${
    hosts.join(" ")
  }; do echo "Waiting for DNS: $worker"; until getent hosts $worker >/dev/null 2>&1; do CURRENT_TIME=$(date +%s); if [ $((CURRENT_TIME - START_TIME)) -gt $TIMEOUT ]; then echo "ERROR: Timeout waiting for DNS: $worker"; exit 1; fi; echo "DNS not ready for $worker, retrying..."; sleep 2; done; echo "✓ DNS resolved: $worker"; done; echo "All workers DNS ready"`;
}

function mpirun(
  container: V1Container,
  { processes, hosts }: { processes: number; hosts: readonly string[] },
): string {
  const program = escapedForSingleQuotes(`trtllm-llmapi-launch ${programLine(container)}`);
  return [
    "mpirun --allow-run-as-root --oversubscribe",
    `-n ${processes} -H ${hosts.join(",")}`,
    "--mca pml ob1",
    `--mca plm_rsh_args "-p ${SSH_PORT} -o StrictHostKeyChecking=no -i ~/.ssh/id_rsa"`,
    ...forwardedVariables(container).map((name) => `-x ${name}`),
    `bash -c '${program}'`,
  ].join(" ");
}

/** Returns the names of the variables that `mpirun` passes to the processes, sorted. */
function forwardedVariables({ env = [] }: V1Container): string[] {
  return [...new Set([...FORWARDED, ...env.map(({ name }) => name)])].sort();
}

/**
 * Variables that `mpirun` passes to all processes, in addition to those in the container's `env`. The image or
 * `envFrom` may set them.
 */
const FORWARDED = [
  "CUDA_VISIBLE_DEVICES",
  "HF_DATASETS_CACHE",
  "HF_ENDPOINT",
  "HF_HOME",
  "HF_TOKEN",
  "HOME",
  "HUGGING_FACE_HUB_TOKEN",
  "LD_LIBRARY_PATH",
  "MODEL_PATH",
  "NCCL_DEBUG",
  "NCCL_IB_DISABLE",
  "NCCL_P2P_DISABLE",
  "PATH",
  "PYTHONPATH",
  "TENSORRT_LLM_CACHE_DIR",
  "TOKENIZERS_PARALLELISM",
  "TRANSFORMERS_CACHE",
  "TRTLLM_USE_UCX_KVCACHE",
  "USER",
];

/**
 * Returns the container's command as a line for the shell that `mpirun` starts. If the program is neither Python nor a
 * shell, the line contains only the args, as in the Go operator. However, if the args are absent or start with
 * a flag, the line contains the whole command.
 *
 * If the first command of a script does not start TensorRT-LLM, the script keeps its own shell, because
 * `trtllm-llmapi-launch` must run the whole script.
 */
function programLine({ command = [], args = [] }: V1Container): string {
  if (isPythonCommand(command)) return shellLine([...command, ...args]);
  const elements = [...command, ...args];
  const index = scriptIndex(elements) ?? scriptIndex([...command, ""]);
  if (index === undefined) {
    return shellLine(args.length === 0 || args[0]?.startsWith("-") ? elements : args);
  }
  const script = elements.slice(index).join(" ");
  if (startsWithTrtllm(script)) return script;
  return [...elements.slice(0, index), singleQuoted(script)].join(" ");
}

/**
 * Returns false if the script starts TensorRT-LLM with Python, but only after another command or after an assignment of a
 * variable. Returns true for any other script, even if it does not start TensorRT-LLM.
 */
function startsWithTrtllm(script: string): boolean {
  const commands = script.replaceAll("\\\n", " ").split(/[|&;\n]/);
  const index = commands.findIndex((command) => callsFramework(command, "trtllm"));
  return index < 0 || (index === 0 && !/^\s*[A-Za-z_]\w*=/.test(script));
}
