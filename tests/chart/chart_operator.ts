import { startOperator } from "../../devcluster/operator_process.ts";
import type { Deployment } from "../../kube/builtin.ts";
import { deniedByRbac } from "../rbac/permissions.ts";
import type { ChartCluster } from "./chart_cluster.ts";
import { operatorFlags } from "./operator_flags.ts";

const SERVICE_ACCOUNT = "dynamo-platform-dynamo-operator-controller-manager";
/** Flags with listen addresses. Tests replace these flags, because several operators run on one machine. */
const ADDRESSES = /^--(metrics|health-probe)-bind-address=/;

/** An operator process with the flags and the ServiceAccount of a release of the chart. */
export interface ChartOperator extends AsyncDisposable {
  /** User name of the operator's ServiceAccount in the audit log. */
  user: string;
  /** Returns a line for each sign of a denied request in the operator's metrics, its log and the audit log. */
  refusals(): Promise<string[]>;
  stop(): Promise<number>;
}

/**
 * Starts an operator with the flags of the release's Deployment and a token of its ServiceAccount, and waits until the
 * operator is ready.
 */
export async function startChartOperator(
  { cluster }: ChartCluster,
  namespace: string,
): Promise<ChartOperator> {
  const deployment: Deployment = JSON.parse(
    await cluster.kubectl(["get", "deployment", SERVICE_ACCOUNT, "-n", namespace, "-o", "json"]),
  );
  const { user, kubeconfig } = await cluster.serviceAccount({ namespace, name: SERVICE_ACCOUNT });
  const logFile = `${cluster.folder}/logs/operator-of-${namespace}.log`;
  const operator = await startOperator({
    kubeconfig,
    flags: operatorFlags(deployment).filter((flag) => !ADDRESSES.test(flag)),
    logFile,
  });
  return {
    user,
    async refusals() {
      const all = (await cluster.audit.requests()).filter((entry) => entry.user === user);
      const requests = deniedByRbac(all).map(({ verb, uri }) => `${verb} ${uri}`);
      const lines = (await Deno.readTextFile(logFile)).split("\n")
        .filter((line) => /forbidden/i.test(line));
      const metrics = await (await fetch(`${operator.metricsUrl}/metrics`)).text();
      const counts = metrics.split("\n")
        .filter((line) =>
          line.startsWith("rest_client_requests_total{") && /code="40[13]"/.test(line)
        );
      return [...requests, ...lines, ...counts];
    },
    stop: () => operator.stop(),
    async [Symbol.asyncDispose]() {
      await operator.stop();
    },
  };
}
