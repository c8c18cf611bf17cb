import { type OperatorProcess, startOperator } from "../devcluster/operator_process.ts";
import type { DemoCluster, DemoContext } from "./demo.ts";
import { stopwatch } from "./elapsed.ts";
import { NAMESPACE, OPERATOR_MANIFESTS, OPERATOR_SERVICE_ACCOUNT } from "./names.ts";
import { operatorAccess } from "./operator_access.ts";
import { parseRequestCounts, type RequestCounts } from "./request_counts.ts";

/** Maximum time from SIGTERM to the exit of the operator. It usually exits as soon as its running requests are done. */
const STOP_TIMEOUT_MS = 15_000;

export function operatorLog({ folder }: Pick<DemoCluster, "folder">): string {
  return `${folder}/operator.log`;
}

/**
 * Runs the third step of the demo: creates the namespaces, the ServiceAccount and the RBAC rules, and starts the
 * operator. The operator is a separate process with a token of the ServiceAccount. Returns when the operator is ready.
 */
export async function runOperator(
  cluster: DemoCluster,
  { keep, output, steps, abort, cleanup }: DemoContext,
  flags: readonly string[],
): Promise<OperatorProcess> {
  const { kubectl, folder } = cluster;
  await steps.begin("The operator");
  output.note(
    "The operator's ServiceAccount has only the permissions that its controllers declare.",
  );
  await kubectl.run(["create", "namespace", NAMESPACE]);
  await kubectl.run(["apply", "-f", OPERATOR_MANIFESTS]);
  const { namespace, name } = OPERATOR_SERVICE_ACCOUNT;
  const token = await kubectl.runQuietly(
    ["create", "token", name, "-n", namespace, "--duration=24h"],
  );
  const view = ["config", "view", "--raw", "--minify", "--flatten", "--output=json"];
  const access = operatorAccess(await kubectl.read(view), token);
  const kubeconfig = `${folder}/operator.kubeconfig`;
  await Deno.writeTextFile(kubeconfig, access.kubeconfig, { mode: 0o600 });

  const since = stopwatch();
  const operator = await startOperator({
    kubeconfig,
    flags: [...flags],
    logFile: operatorLog(cluster),
    hosts: access.hosts,
    ...(keep && { livesWith: kubeconfig }),
  });
  cleanup.defer(() => stopOperator(operator));
  operator.exited.then((code) =>
    abort.abort(new Error(`The operator exited unexpectedly with code ${code}`))
  );
  steps.countRequests(() => requestCounts(operator));
  output.command(operator.commandLine.split(" "));
  output.success(`process ${operator.pid} ready after ${since()}; its log:`);
  output.command(["tail", "-f", operatorLog(cluster)]);
  return operator;
}

export async function requestCounts({ metricsUrl }: OperatorProcess): Promise<RequestCounts> {
  const response = await fetch(`${metricsUrl}/metrics`);
  const text = await response.text();
  if (response.ok) return parseRequestCounts(text);
  throw new Error(`Cannot read the operator's metrics: status ${response.status}`);
}

async function stopOperator(operator: OperatorProcess): Promise<void> {
  const timer = setTimeout(() => operator.signal("SIGKILL"), STOP_TIMEOUT_MS);
  await operator.stop();
  clearTimeout(timer);
}
