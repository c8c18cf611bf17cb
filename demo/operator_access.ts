import { kubeconfig } from "../devcluster/kubeconfig.ts";
import { OPERATOR_SERVICE_ACCOUNT } from "./names.ts";

/** Fields of the output of `kubectl config view --raw --minify --flatten --output=json`. */
interface ConfigView {
  clusters: { cluster: { server: string; "proxy-url"?: string } & Record<string, unknown> }[];
}

/** Access of the operator to the cluster. */
export interface OperatorAccess {
  /** Kubeconfig file, as JSON. */
  kubeconfig: string;
  /** Hosts that the operator must be able to connect to, except the loopback address. */
  hosts: string[];
}

/** Turns the kubeconfig of an administrator into one for the same cluster with the token of the operator. */
export function operatorAccess(configView: string, token: string): OperatorAccess {
  const { clusters: [entry] } = JSON.parse(configView) as ConfigView;
  if (!entry) throw new Error("Cannot give the operator access: the kubeconfig names no cluster");
  const { cluster } = entry;
  const { namespace, name: user } = OPERATOR_SERVICE_ACCOUNT;
  const credentials = { token: token.trim() };
  const urls = [cluster.server, cluster["proxy-url"]].filter((url) => url !== undefined);
  return {
    kubeconfig: kubeconfig({ name: "demo", cluster, user, credentials, namespace }),
    hosts: urls.map((url) => new URL(url).hostname).filter((host) => host !== "127.0.0.1"),
  };
}
