import type { Cluster } from "../../devcluster/cluster.ts";
import { type OperatorProcess, startOperator } from "../../devcluster/operator_process.ts";
import { operatorAccount, PLANNER_ROLE } from "./installation.ts";

/** An operator as a process of its own, which is stopped with its scope and must end in order then. */
export interface TestOperator extends OperatorProcess, AsyncDisposable {
  /** Its account as the audit log names it. */
  user: string;
  /** All that it has logged so far. */
  log(): Promise<string>;
}

export interface TestOperatorOptions {
  /** Name of its account, so that its requests are told from those of other tests. */
  account: string;
  /** Further flags of `dynamo-operator run`. */
  flags?: string[];
}

/** Starts the operator with the rights it has in production and waits until it is ready. */
export async function startTestOperator(
  cluster: Cluster,
  { account, flags = [] }: TestOperatorOptions,
): Promise<TestOperator> {
  const { user, kubeconfig } = await operatorAccount(cluster, account);
  const logFile = `${cluster.folder}/logs/${account}-${crypto.randomUUID().slice(0, 8)}.log`;
  const log = async () => await Deno.readTextFile(logFile);
  let process: OperatorProcess;
  try {
    process = await startOperator({
      kubeconfig,
      flags: [`--planner-cluster-role-name=${PLANNER_ROLE}`, ...flags],
      logFile,
    });
  } catch (cause) {
    throw new Error(`The operator did not start:\n${await log()}`, { cause });
  }
  return {
    ...process,
    user,
    log,
    async [Symbol.asyncDispose]() {
      const code = await process.stop();
      // 137 is the end that a test itself may have brought about.
      if (code === 0 || code === 137) return;
      throw new Error(`The operator ended with exit code ${code}:\n${await log()}`);
    },
  };
}
