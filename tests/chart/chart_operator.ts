import { startOperator } from "../../devcluster/operator_process.ts";
import type { Deployment } from "../../kube/builtin.ts";
import { deniedByRbac } from "../rbac/permissions.ts";
import type { ChartCluster } from "./chart_cluster.ts";
import { operatorFlags } from "./operator_flags.ts";

const SERVICE_ACCOUNT = "dynamo-platform-dynamo-operator-controller-manager";
/** Flags with addresses, which the test replaces because its operators share this machine. */
const ADDRESSES = /^--(metrics|health-probe)-bind-address=/;

/** An operator with the flags and ServiceAccount that its chart gives it. */
export interface ChartOperator extends AsyncDisposable {
  /** Name of its ServiceAccount in the audit log. */
  user: string;
  /** Returns the requests that were denied to it, including reads, by its metrics, its log and the audit log. */
  refusals(): Promise<string[]>;
  stop(): Promise<number>;
}

/**
 * Starts the operator of a release with the flags of its Deployment and a token of its ServiceAccount, and waits until
 * it is ready.
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
