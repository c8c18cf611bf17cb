// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Cluster } from "../../devcluster/cluster.ts";
import { type OperatorProcess, spawnOperator } from "../../devcluster/operator_process.ts";
import { eventually } from "./eventually.ts";
import { operatorAccount, PLANNER_ROLE } from "./installation.ts";
import { type Probe, probe } from "./http_probe.ts";

/** An operator as a process of its own, which is stopped with its scope and must end in order then. */
export interface TestOperator extends OperatorProcess, AsyncDisposable {
  /** Its account as the audit log names it. */
  user: string;
  /** All that it has logged so far. */
  log(): Promise<string>;
  /** What `/readyz` says; status 0 while nobody answers. */
  readiness(): Promise<Probe>;
}

export interface TestOperatorOptions {
  /** Name of its account, so that its requests are told from those of other tests. */
  account: string;
  /** Further flags of `dynamo-operator run`. */
  flags?: string[];
  /** Where it finds the API server; the cluster's own address when absent. */
  server?: string;
  /** The only namespace it acts in; all when absent. */
  restrictedTo?: string | undefined;
}

/** Starts the operator with the rights it has in production, and does not wait for anything. */
export async function spawnTestOperator(
  cluster: Cluster,
  { account, flags = [], server, restrictedTo }: TestOperatorOptions,
): Promise<TestOperator> {
  const { user, kubeconfig: path } = await operatorAccount(cluster, account, restrictedTo);
  const logFile = `${cluster.folder}/logs/${account}-${crypto.randomUUID().slice(0, 8)}.log`;
  const log = async () => await Deno.readTextFile(logFile);
  const kubeconfig = server ? await redirected(path, cluster.server, server) : path;
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
      // 137 is the end that a test itself may have brought about.
      if (code === 0 || code === 137) return;
      throw new Error(`The operator ended with exit code ${code}:\n${await log()}`);
    },
  };
}

/** The same, and waits until it is ready. */
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
    throw new Error(`The operator does not get ready:\n${await operator.log()}`, { cause });
  }
}

/** A copy of a kubeconfig that leads somewhere else. */
async function redirected(path: string, from: string, to: string): Promise<string> {
  const copy = `${path}-${crypto.randomUUID().slice(0, 8)}`;
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(copy, text.replaceAll(from, to), { mode: 0o600 });
  return copy;
}
