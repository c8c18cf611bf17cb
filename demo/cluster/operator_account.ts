import type { V1PolicyRule } from "@kubernetes/client-node";
import type { KubeObject } from "../../kube/object.ts";
import { NAMESPACE, OPERATOR_ACCOUNT, OPERATOR_NAMESPACE, OPERATOR_ROLE } from "../names.ts";

/** Where the Lease of the leader is by default. */
const LEADER_NAMESPACE = "kube-system";
const RBAC = "rbac.authorization.k8s.io";

/**
 * The namespaces of the demo and the account of its operator.
 *
 * @param rules rights in the whole cluster
 * @param leaderRules rights in the namespace of the leader's Lease
 */
export function accountManifests(
  rules: V1PolicyRule[],
  leaderRules: V1PolicyRule[],
): KubeObject[] {
  const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const granted = (kind: "ClusterRole" | "Role", rules: V1PolicyRule[], namespace?: string) => {
    const metadata = { name: OPERATOR_ROLE, ...(namespace && { namespace }) };
    return [{ apiVersion: `${RBAC}/v1`, kind, metadata, rules }, {
      apiVersion: `${RBAC}/v1`,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: RBAC, kind, name: OPERATOR_ROLE },
      subjects: [{
        kind: "ServiceAccount",
        name: OPERATOR_ACCOUNT,
        namespace: OPERATOR_NAMESPACE,
      }],
    }];
  };
  return [
    namespace(NAMESPACE),
    namespace(OPERATOR_NAMESPACE),
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: OPERATOR_ACCOUNT, namespace: OPERATOR_NAMESPACE },
    },
    ...granted("ClusterRole", rules),
    ...granted("Role", leaderRules, LEADER_NAMESPACE),
  ];
}

/** What `kubectl config view --raw --minify --flatten --output=json` prints, as far as it is read. */
interface ConfigView {
  clusters: { cluster: { server: string; "proxy-url"?: string } & Record<string, unknown> }[];
}

/** How the operator logs in. */
export interface OperatorLogin {
  /** A kubeconfig file, as JSON. */
  kubeconfig: string;
  /** What it needs to reach beside this machine, each host with its port. */
  hosts: string[];
}

/**
 * Turns the flattened view of an administrator's kubeconfig into one for the operator: the same cluster, but the token
 * of its own account. Throws when the view names no cluster.
 */
export function operatorLogin(configView: string, token: string): OperatorLogin {
  const { clusters } = JSON.parse(configView) as ConfigView;
  const cluster = clusters[0]?.cluster;
  if (!cluster) throw new Error("Cannot log the operator in: the kubeconfig names no cluster");
  const name = "demo";
  const document = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster }],
    users: [{ name: OPERATOR_ACCOUNT, user: { token: token.trim() } }],
    contexts: [{
      name,
      context: { cluster: name, user: OPERATOR_ACCOUNT, namespace: OPERATOR_NAMESPACE },
    }],
    "current-context": name,
  };
  const urls = [cluster.server, cluster["proxy-url"] ?? ""].filter((url) => url !== "");
  return {
    kubeconfig: `${JSON.stringify(document, null, 2)}\n`,
    hosts: urls.map(hostAndPort).filter(isRemote),
  };
}

function isRemote(host: string): boolean {
  return !/^(127\.0\.0\.1|localhost):/.test(host);
}

function hostAndPort(text: string): string {
  const { hostname, port, protocol } = new URL(text);
  return `${hostname}:${port || (protocol === "http:" ? "80" : "443")}`;
}
