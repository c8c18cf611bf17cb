// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Cluster } from "../../devcluster/cluster.ts";
import { type OperatorProcess, spawnOperator } from "../../devcluster/operator_process.ts";
import { eventually } from "./eventually.ts";
import { operatorServiceAccount, PLANNER_ROLE } from "./installation.ts";
import { type Probe, probe } from "./http_probe.ts";

/** An operator in its own process. The end of the scope stops it, and fails unless its exit code is 0. */
export interface TestOperator extends OperatorProcess, AsyncDisposable {
  /** Name of its ServiceAccount in the audit log. */
  user: string;
  /** Returns its log so far. */
  log(): Promise<string>;
  /** Returns the response of `/readyz`; status 0 while the port is closed. */
  readiness(): Promise<Probe>;
}

export interface TestOperatorOptions {
  /** Name of its ServiceAccount, which identifies its requests in the audit log. */
  serviceAccount: string;
  /** Further flags of `dynamo-operator run`. */
  flags?: string[];
  /** Address of the API server; default: the address of the cluster. */
  server?: string;
  /** The only namespace in which it acts; absent: it is cluster-wide. */
  restrictedTo?: string | undefined;
}

/** Flags that let namespaces change their operator within seconds. All operators of a test must agree on them. */
export const SHORT_HANDOVER_FLAGS: string[] = [
  "--marker-freshness=400ms",
  "--write-timeout=800ms",
  "--handover-delay=1300ms",
  "--namespace-scope-lease-duration=3s",
  "--namespace-scope-lease-renew-interval=1s",
];

/** Starts an operator with the permissions that it has in production, without waiting until it is ready. */
export async function spawnTestOperator(
  cluster: Cluster,
  { serviceAccount, flags = [], server, restrictedTo }: TestOperatorOptions,
): Promise<TestOperator> {
  const { user, kubeconfig: path } = await operatorServiceAccount(
    cluster,
    serviceAccount,
    restrictedTo,
  );
  const logFile = `${cluster.folder}/logs/${serviceAccount}-${crypto.randomUUID().slice(0, 8)}.log`;
  const log = async () => await Deno.readTextFile(logFile);
  const kubeconfig = server ? await withServer(path, cluster.server, server) : path;
  const process = spawnOperator({
    kubeconfig,
    flags: [
      restrictedTo === undefined
        ? `--planner-cluster-role-name=${PLANNER_ROLE}`
        : `--restrictedNamespace=${restrictedTo}`,
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
      throw new Error(`The operator ended with exit code ${code}:\n${await log()}`);
    },
  };
}

/** Starts an operator as {@link spawnTestOperator} does, and waits until it is ready. */
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
    throw new Error(`The operator does not become ready:\n${await operator.log()}`, { cause });
  }
}

/** Writes a copy of a kubeconfig in which the address `to` replaces `from`; returns its path. */
async function withServer(path: string, from: string, to: string): Promise<string> {
  const copy = `${path}-${crypto.randomUUID().slice(0, 8)}`;
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(copy, text.replaceAll(from, to), { mode: 0o600 });
  return copy;
}
