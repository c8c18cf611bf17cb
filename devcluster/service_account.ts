import type { Api } from "./api.ts";
import { kubeconfig } from "./kubeconfig.ts";

export interface PolicyRule {
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
  verbs: string[];
}

export interface ServiceAccountOptions {
  namespace: string;
  name: string;
  /** Rights in the whole cluster, as a ClusterRole of its own. */
  rules?: PolicyRule[];
  /** Names of existing ClusterRoles to be bound in the whole cluster. */
  clusterRoles?: string[];
  /** How long the token is good for; a day when absent. */
  tokenSeconds?: number;
}

/** How to log in as a ServiceAccount. */
export interface ServiceAccountAccess {
  /** As the audit log names it: `system:serviceaccount:NAMESPACE:NAME`. */
  user: string;
  token: string;
  /** Path of a kubeconfig with the token. */
  kubeconfig: string;
  /** Folder with `token`, `ca.crt` and `namespace`, as it is mounted into pods. */
  directory: string;
}

interface Target {
  /** Base address of the API server. */
  server: string;
  /** Folder of the instance. */
  folder: string;
}

/**
 * Creates a namespace, a ServiceAccount and its bindings, each unless it is there, and asks for a token
 * (TokenRequest). Rules of a role that is there already are replaced.
 */
export async function createServiceAccount(
  api: Api,
  options: ServiceAccountOptions & Target,
): Promise<ServiceAccountAccess> {
  const { namespace, name, rules, clusterRoles = [], tokenSeconds = 86_400 } = options;
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await api.ensure("/api/v1/namespaces", namespaceManifest(namespace));
  await api.ensure(accounts, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace },
  });
  const ownRole = `${namespace}:${name}`;
  if (rules !== undefined) await writeRole(api, ownRole, rules);
  for (const role of [...(rules === undefined ? [] : [ownRole]), ...clusterRoles]) {
    await api.ensure(`${RBAC}/clusterrolebindings`, binding(role, namespace, name));
  }
  const { status } = await api.request<{ status: { token: string } }>(
    "POST",
    `${accounts}/${name}/token`,
    {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: tokenSeconds },
    },
  );
  return await writeAccess(options, status.token);
}

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const RBAC_GROUP = "rbac.authorization.k8s.io";

function namespaceManifest(name: string) {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

async function writeRole(api: Api, name: string, rules: PolicyRule[]): Promise<void> {
  const role = {
    apiVersion: `${RBAC_GROUP}/v1`,
    kind: "ClusterRole",
    metadata: { name },
    rules,
  };
  await api.request(
    "PATCH",
    `${RBAC}/clusterroles/${encodeURIComponent(name)}?fieldManager=devcluster&force=true`,
    role,
    { "content-type": "application/apply-patch+yaml" },
  );
}

function binding(role: string, namespace: string, account: string) {
  return {
    apiVersion: `${RBAC_GROUP}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: `${namespace}:${account}:${role}` },
    roleRef: { apiGroup: RBAC_GROUP, kind: "ClusterRole", name: role },
    subjects: [{ kind: "ServiceAccount", namespace, name: account }],
  };
}

async function writeAccess(
  { namespace, name, server, folder }: ServiceAccountOptions & Target,
  token: string,
): Promise<ServiceAccountAccess> {
  const ca = await Deno.readTextFile(`${folder}/pki/ca.crt`);
  const directory = `${folder}/service-accounts/${namespace}/${name}`;
  await Deno.mkdir(directory, { recursive: true });
  const user = `system:serviceaccount:${namespace}:${name}`;
  const files: Record<string, string> = {
    token,
    "ca.crt": ca,
    namespace,
    kubeconfig: kubeconfig({
      server,
      ca,
      context: name,
      user: name,
      credentials: { token },
      namespace,
    }),
  };
  for (const [file, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${directory}/${file}`, text, { mode: 0o600 });
  }
  return { user, token, kubeconfig: `${directory}/kubeconfig`, directory };
}
