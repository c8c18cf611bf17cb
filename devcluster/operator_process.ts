import { PROXY_VARIABLES } from "../kube/http/proxy_environment.ts";
import { MEMORY_ENV, V8_FLAGS } from "../process/memory.ts";
import { pickPorts } from "./instance/ports.ts";
import { spawnTethered, type TetheredProcess, untilReady } from "./tethered_process.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
const READY_TIMEOUT_MS = 60_000;

export interface OperatorOptions {
  /** Path of a kubeconfig with the operator's ServiceAccount. If absent, variables in `env` must select the cluster. */
  kubeconfig?: string;
  context?: string;
  /** Additional flags of `dynamo-operator run`. */
  flags?: string[];
  /** Additional environment variables. */
  env?: Record<string, string>;
  /**
   * Program and arguments to run instead of the source, including the Deno permissions. The subcommand `run` and its
   * flags follow these arguments.
   */
  program?: readonly string[] | undefined;
  /** Additional Deno flags for an operator that runs from source, such as `--inspect=127.0.0.1:9229`. */
  runtimeFlags?: string[];
  /**
   * Deno permission flags for an operator that runs from source. If absent, the operator gets the same Deno permissions
   * as in production.
   */
  permissions?: string[];
  /** File for the operator's log; if absent, the log goes to the standard error of this process. */
  logFile?: string;
  /** Hosts to which the operator may connect in addition to this machine, each with an optional port. */
  hosts?: string[];
  /**
   * Path of a file. The operator stops when this file is removed. By default, the operator stops when this process
   * stops.
   */
  livesWith?: string;
}

export interface OperatorProcess extends TetheredProcess {
  /** Base address of the server for /metrics, such as `http://127.0.0.1:23456`. */
  metricsUrl: string;
  /** Base address of the server for /healthz and /readyz, such as `http://127.0.0.1:23456`. */
  healthUrl: string;
  /** The command line of the operator, for display. */
  commandLine: string;
}

/**
 * Starts the operator as a separate process, from source by default, and waits until it is ready. By default, the
 * operator has the same Deno permissions as in production: for the network, the environment variables that it reads,
 * and its kubeconfig.
 *
 * @throws if the operator exits, or if it is not ready within a minute
 */
export async function startOperator(options: OperatorOptions): Promise<OperatorProcess> {
  const operator = spawnOperator(options);
  await untilReady(operator, "The operator", READY_TIMEOUT_MS, () => isReady(operator.healthUrl));
  return operator;
}

/** Starts the operator like `startOperator`, but does not wait until it is ready. */
export function spawnOperator(options: OperatorOptions): OperatorProcess {
  const { kubeconfig, context, flags = [], env, logFile = "/dev/stderr", livesWith } = options;
  const [metricsPort, healthPort] = pickPorts(2);
  const command = [
    ...options.program ?? sourceProgram(options),
    "run",
    ...(kubeconfig ? [`--kubeconfig=${kubeconfig}`] : []),
    ...(context ? [`--context=${context}`] : []),
    `--metrics-bind-address=127.0.0.1:${metricsPort}`,
    `--health-probe-bind-address=127.0.0.1:${healthPort}`,
    ...flags,
  ];
  return {
    ...spawnTethered({ command, env: { ...MEMORY_ENV, ...env }, logFile, livesWith }),
    metricsUrl: `http://127.0.0.1:${metricsPort}`,
    healthUrl: `http://127.0.0.1:${healthPort}`,
    commandLine: ["deno", ...command.slice(1)].join(" "),
  };
}

function sourceProgram(options: OperatorOptions): string[] {
  return [
    Deno.execPath(),
    "run",
    "--no-prompt",
    `--v8-flags=${V8_FLAGS}`,
    ...options.runtimeFlags ?? [],
    ...options.permissions ?? narrowPermissions(options),
    MAIN,
  ];
}

function narrowPermissions({ kubeconfig, hosts = [] }: OperatorOptions): string[] {
  return [
    `--allow-net=${["127.0.0.0/8", "0.0.0.0", "localhost", ...hosts].join(",")}`,
    `--allow-env=HOSTNAME,KUBERNETES_SERVICE_HOST,KUBERNETES_SERVICE_PORT,NO_COLOR,${PROXY_VARIABLES}`,
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
