import { kubeconfig } from "../devcluster/kubeconfig.ts";
import { OPERATOR_SERVICE_ACCOUNT } from "./names.ts";

/** Fields of the output of `kubectl config view --raw --minify --flatten --output=json`. */
interface ConfigView {
  clusters: { cluster: { server: string; "proxy-url"?: string } & Record<string, unknown> }[];
}

export interface OperatorAccess {
  /** Kubeconfig file, as JSON. */
  kubeconfig: string;
  /** Hosts to which the operator needs permission to connect: the API server and its proxy, except 127.0.0.1. */
  hosts: string[];
}

/**
 * Returns two values: a kubeconfig with the operator's token for the cluster in `configView`, and the hosts of the
 * cluster.
 */
export function operatorAccess(configView: string, token: string): OperatorAccess {
  const { clusters: [entry] } = JSON.parse(configView) as ConfigView;
  if (!entry) {
    throw new Error("Cannot create the operator's kubeconfig: the current one contains no cluster");
  }
  const { cluster } = entry;
  const { namespace, name: user } = OPERATOR_SERVICE_ACCOUNT;
  const credentials = { token: token.trim() };
  const urls = [cluster.server, cluster["proxy-url"]].filter((url) => url !== undefined);
  return {
    kubeconfig: kubeconfig({ name: "demo", cluster, user, credentials, namespace }),
    hosts: urls.map((url) => new URL(url).hostname).filter((host) => host !== "127.0.0.1"),
  };
}
