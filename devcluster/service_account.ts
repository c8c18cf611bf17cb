import type { V1PolicyRule } from "@kubernetes/client-node";
import { kubeconfig } from "./kubeconfig.ts";

export interface ServiceAccountOptions {
  namespace: string;
  name: string;
  /** Permissions in all namespaces. `createServiceAccount` creates a ClusterRole with these rules. */
  rules?: V1PolicyRule[];
  /** Permissions in individual namespaces, which must exist. `createServiceAccount` creates a Role in each of them. */
  namespaced?: { namespace: string; rules: V1PolicyRule[] }[];
}

/** Token of a ServiceAccount, and files that contain it. */
export interface ServiceAccountAccess {
  /** User name in the audit log: `system:serviceaccount:NAMESPACE:NAME`. */
  user: string;
  token: string;
  kubeconfig: string;
  /** Folder with the files `token`, `ca.crt` and `namespace`, like the folder that the kubelet mounts into pods. */
  directory: string;
}

export interface ClusterAccess {
  /** Base address of the API server. */
  server: string;
  folder: string;
  /** Runs kubectl as administrator and returns its standard output. */
  kubectl(args: string[], stdin?: string): Promise<string>;
}

/**
 * Creates a ServiceAccount with its namespace and its permissions. Then requests a token and writes it to files. A
 * second call for the same ServiceAccount replaces the rules of its roles.
 */
export async function createServiceAccount(
  { server, folder, kubectl }: ClusterAccess,
  options: ServiceAccountOptions,
): Promise<ServiceAccountAccess> {
  const { namespace, name } = options;
  const list = { apiVersion: "v1", kind: "List", items: manifests(options) };
  const apply = ["apply", "--server-side", "--force-conflicts", "--filename=-"];
  await kubectl(apply, JSON.stringify(list));
  const create = ["create", "token", name, "-n", namespace, "--duration=24h"];
  const token = (await kubectl(create)).trim();

  const ca = await Deno.readTextFile(`${folder}/pki/ca.crt`);
  const directory = `${folder}/service-accounts/${namespace}/${name}`;
  await Deno.mkdir(directory, { recursive: true });
  const cluster = { server, "certificate-authority-data": btoa(ca) };
  const config = { name, cluster, user: name, credentials: { token }, namespace };
  const files = { token, "ca.crt": ca, namespace, kubeconfig: kubeconfig(config) };
  for (const [file, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${directory}/${file}`, text, { mode: 0o600 });
  }
  const user = `system:serviceaccount:${namespace}:${name}`;
  return { user, token, kubeconfig: `${directory}/kubeconfig`, directory };
}

function manifests(options: ServiceAccountOptions): Record<string, unknown>[] {
  const { namespace, name, rules, namespaced = [] } = options;
  const apiGroup = "rbac.authorization.k8s.io";
  const roleName = `${namespace}:${name}`;
  const role = (rules: V1PolicyRule[], roleNamespace?: string) => {
    const kind = roleNamespace ? "Role" : "ClusterRole";
    const common = {
      apiVersion: `${apiGroup}/v1`,
      metadata: { name: roleName, ...(roleNamespace && { namespace: roleNamespace }) },
    };
    return [{ ...common, kind, rules }, {
      ...common,
      kind: `${kind}Binding`,
      roleRef: { apiGroup, kind, name: roleName },
      subjects: [{ kind: "ServiceAccount", namespace, name }],
    }];
  };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
    ...(rules ? role(rules) : []),
    ...namespaced.flatMap(({ namespace, rules }) => role(rules, namespace)),
  ];
}
