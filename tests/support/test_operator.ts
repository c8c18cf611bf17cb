// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Cluster } from "../../devcluster/cluster.ts";
import { type OperatorProcess, spawnOperator } from "../../devcluster/operator_process.ts";
import { eventually } from "./eventually.ts";
import { operatorServiceAccount, PLANNER_ROLE, PROFILING_ROLE } from "./installation.ts";
import { type Probe, probe } from "./http_probe.ts";
import { kubeconfigWithServer } from "./kubeconfig_with_server.ts";

/** An operator process. Disposing it stops the operator, and fails unless the exit code is 0 or the test killed it. */
export interface TestOperator extends OperatorProcess, AsyncDisposable {
  /** User name of the operator's ServiceAccount in the audit log. */
  user: string;
  log(): Promise<string>;
  /** Requests `/readyz` and returns the response; status 0 if the port is closed. */
  readiness(): Promise<Probe>;
}

export interface TestOperatorOptions {
  /** Name of the operator's ServiceAccount, which identifies the operator's requests in the audit log. */
  serviceAccount: string;
  flags?: string[];
  /** URL at which the operator reaches the API server, such as the URL of a proxy; default: the URL of the cluster. */
  server?: string;
  /** The only namespace to which a namespace-scoped operator writes; if absent, the operator is cluster-wide. */
  restrictedTo?: string | undefined;
}

/**
 * Flags that shorten a handover to a few seconds. All operators of a test must use the same values. The handover delay
 * must exceed the sum of marker freshness and write timeout. The difference is 800 ms here, because a write can end
 * late on a busy machine.
 */
export const SHORT_HANDOVER_FLAGS: string[] = [
  "--marker-freshness=400ms",
  "--write-timeout=800ms",
  "--handover-delay=2s",
  "--namespace-scope-lease-duration=3s",
  "--namespace-scope-lease-renew-interval=1s",
];

/** Starts an operator with the Deno and RBAC permissions that it has in production. Does not wait until it is ready. */
export async function spawnTestOperator(
  cluster: Cluster,
  { serviceAccount, flags = [], server, restrictedTo }: TestOperatorOptions,
): Promise<TestOperator> {
  const { user, kubeconfig: path } = await operatorServiceAccount(
    cluster,
    serviceAccount,
    restrictedTo,
    flags.some((flag) => flag.startsWith("--istio-virtual-service-gateway=")),
  );
  const logFile = `${cluster.folder}/logs/${serviceAccount}-${crypto.randomUUID().slice(0, 8)}.log`;
  const log = async () => await Deno.readTextFile(logFile);
  const kubeconfig = server
    ? await kubeconfigWithServer(path, { from: cluster.server, to: server })
    : path;
  const process = spawnOperator({
    kubeconfig,
    flags: [
      ...restrictedTo === undefined
        ? [
          `--planner-cluster-role-name=${PLANNER_ROLE}`,
          `--dgdr-profiling-cluster-role-name=${PROFILING_ROLE}`,
        ]
        : [`--restrictedNamespace=${restrictedTo}`],
      ...flags,
    ],
    logFile,
  });
  return {
    ...process,
    user,
    log,
    readiness: () => probe(`${process.healthUrl}/readyz`),
    async [Symbol.asyncDispose]() {
      const code = await process.stop();
      // Exit code 137 means that the test itself sent SIGKILL.
      if (code === 0 || code === 137) return;
      throw new Error(`The operator stopped with exit code ${code}:\n${await log()}`);
    },
  };
}

/** Starts an operator as {@link spawnTestOperator} does, and waits until the operator is ready. */
export async function startTestOperator(
  cluster: Cluster,
  options: TestOperatorOptions,
): Promise<TestOperator> {
  const operator = await spawnTestOperator(cluster, options);
  try {
    await eventually(async () => {
      const { status, text } = await operator.readiness();
      assertEquals(status, 200, text);
    });
    return operator;
  } catch (cause) {
    await operator.stop("SIGKILL");
    throw new Error(`The operator did not become ready:\n${await operator.log()}`, { cause });
  }
}
