import { isLoopbackPortFree, pickPorts } from "./instance/ports.ts";
import { MALLOC_ENV, V8_FLAGS } from "../process/memory.ts";
import { spawnTethered, type TetheredProcess } from "./tethered_process.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
const READY_TIMEOUT_MS = 60_000;

export interface OperatorOptions {
  /** A kubeconfig with the operator's own account, never an administrator's; absent: what `env` leads to. */
  kubeconfig?: string;
  context?: string;
  /** Further flags of `dynamo-operator run`. */
  flags?: string[];
  /** Further variables of its environment. */
  env?: Record<string, string>;
  /** Options of `deno run` in place of the narrow permissions of production. */
  permissions?: string[];
  /** Where its log goes; inherited stderr if absent. */
  logFile?: string;
  /** `host:port` of what it must reach beside this machine. */
  hosts?: string[];
  /** It outlives this process, and ends at the latest when this file is gone; absent: it ends with this process. */
  livesWith?: string;
}

export interface OperatorProcess extends TetheredProcess {
  /** Base address of /metrics. */
  metricsUrl: string;
  /** Base address of /healthz and /readyz. */
  healthUrl: string;
  /** The command line, for people to read. */
  commandLine: string;
}

/**
 * Starts the operator from source as a process of its own under the permissions it has in production, unless told
 * otherwise: the network, the environment variables it reads, and its kubeconfig; nothing else may be read, written or
 * run.
 *
 * @throws if it ends or is not ready within a minute
 */
export async function startOperator(options: OperatorOptions): Promise<OperatorProcess> {
  const process = spawnOperator(options);
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let ended: number | undefined;
  process.exited.then((code) => ended = code);
  while (!(await isReady(process.healthUrl))) {
    if (ended !== undefined) throw new Error(`The operator ended with exit code ${ended}`);
    if (Date.now() > deadline) {
      await process.stop("SIGKILL");
      throw new Error(`The operator was not ready within ${READY_TIMEOUT_MS / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return process;
}

/** Starts the operator without waiting for it. */
export function spawnOperator(options: OperatorOptions): OperatorProcess {
  const [metricsPort, healthPort] = pickPorts(2, {
    random: Math.random,
    isFree: isLoopbackPortFree,
  });
  const args = [
    "run",
    "--no-prompt",
    `--v8-flags=${V8_FLAGS}`,
    ...options.permissions ?? narrowPermissions(options),
    MAIN,
    "run",
    ...(options.kubeconfig ? [`--kubeconfig=${options.kubeconfig}`] : []),
    ...(options.context ? [`--context=${options.context}`] : []),
    `--metrics-bind-address=127.0.0.1:${metricsPort}`,
    `--health-probe-bind-address=127.0.0.1:${healthPort}`,
    ...(options.flags ?? []),
  ];
  const { logFile = "/dev/stderr", livesWith } = options;
  const command = [Deno.execPath(), ...args];
  return {
    ...spawnTethered({ command, env: { ...MALLOC_ENV, ...options.env }, logFile, livesWith }),
    metricsUrl: `http://127.0.0.1:${metricsPort}`,
    healthUrl: `http://127.0.0.1:${healthPort}`,
    commandLine: ["deno", ...args].join(" "),
  };
}

function narrowPermissions({ kubeconfig, hosts = [] }: OperatorOptions): string[] {
  return [
    `--allow-net=${["127.0.0.0/8", "0.0.0.0", "localhost", ...hosts].join(",")}`,
    "--allow-env=HOSTNAME,KUBERNETES_SERVICE_HOST,KUBERNETES_SERVICE_PORT,NO_COLOR",
    ...(kubeconfig ? [`--allow-read=${kubeconfig}`] : []),
  ];
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`);
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
