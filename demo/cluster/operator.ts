import { type OperatorProcess, startOperator } from "../../devcluster/operator_process.ts";
import { leaderAccess } from "../../lease/rbac.ts";
import { operatorRules } from "../../commands/run/operator_rbac.ts";
import { OPERATOR_ACCOUNT, OPERATOR_NAMESPACE } from "../names.ts";
import type { Screen } from "../view/screen.ts";
import type { ClusterAccess } from "./cluster_access.ts";
import { accountManifests, operatorLogin } from "./operator_account.ts";
import { parseRequestCounts, type RequestCounts } from "./request_counts.ts";

/** The operator's files in the folder of a cluster's access. */
export function operatorFiles({ folder }: Pick<ClusterAccess, "folder">) {
  return {
    account: `${folder}/operator-account.yaml`,
    kubeconfig: `${folder}/operator.kubeconfig`,
    log: `${folder}/operator.log`,
  };
}

/** Gives the operator its account: namespaces, ServiceAccount and the rights it declares. */
export async function createAccount(access: ClusterAccess, signal: AbortSignal): Promise<void> {
  const { account } = operatorFiles(access);
  const rules = operatorRules({ plannerClusterRole: "dynamo-planner" });
  // JSON is YAML.
  const items = accountManifests(rules, leaderAccess());
  await Deno.writeTextFile(
    account,
    `${JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 2)}\n`,
  );
  await access.kubectl.run(["apply", "-f", account], { signal });
}

/**
 * Starts the operator as a process of its own, logged in by a token of its account, and waits until it is ready.
 * With `keep` it outlives this process until its kubeconfig is gone. Throws when it does not become ready.
 */
export async function launchOperator(
  access: ClusterAccess,
  { keep, flags, screen, signal }: {
    keep: boolean;
    flags: readonly string[];
    screen: Screen;
    signal: AbortSignal;
  },
): Promise<OperatorProcess> {
  const { kubectl } = access;
  const { kubeconfig, log } = operatorFiles(access);
  const create = ["create", "token", OPERATOR_ACCOUNT, "-n", OPERATOR_NAMESPACE, "--duration=24h"];
  const token = await kubectl.run(create, { silent: true, signal });
  const view = ["config", "view", "--raw", "--minify", "--flatten", "--output=json"];
  const login = operatorLogin(await kubectl.ask(view, signal), token);
  await Deno.writeTextFile(kubeconfig, login.kubeconfig, { mode: 0o600 });
  const operator = await startOperator({
    kubeconfig,
    flags: [...flags],
    logFile: log,
    hosts: login.hosts,
    ...(keep && { livesWith: kubeconfig }),
  });
  screen.command(operator.commandLine.split(" "), true);
  return operator;
}

/** How many requests the operator has made so far. Throws when its metrics cannot be read. */
export async function requestsOf({ metricsUrl }: OperatorProcess): Promise<RequestCounts> {
  const response = await fetch(`${metricsUrl}/metrics`);
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`Cannot read the operator's metrics: it answered ${response.status}`);
  }
  return parseRequestCounts(text);
}

/** Longer than the operator takes to finish what is in flight. */
const STOP_DEADLINE_MS = 15_000;

/** Ends the operator politely, and by force when it does not end by itself in time. */
export async function endOperator(operator: OperatorProcess): Promise<void> {
  const force = setTimeout(() => operator.stop("SIGKILL"), STOP_DEADLINE_MS);
  try {
    await operator.stop();
  } finally {
    clearTimeout(force);
  }
}
