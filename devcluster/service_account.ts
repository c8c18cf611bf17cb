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
  /** Rights in single namespaces, which must exist, as a Role of its own in each. */
  namespaced?: { namespace: string; rules: PolicyRule[] }[];
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

/** A Role, or without a namespace a ClusterRole. */
interface RoleName {
  name: string;
  namespace?: string;
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
  const { namespace, name, rules, namespaced = [], clusterRoles = [] } = options;
  const { tokenSeconds = 86_400 } = options;
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await api.ensure("/api/v1/namespaces", namespaceManifest(namespace));
  await api.ensure(accounts, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace },
  });
  const ownRole = `${namespace}:${name}`;
  if (rules !== undefined) await writeRole(api, { name: ownRole }, rules);
  for (const role of [...(rules === undefined ? [] : [ownRole]), ...clusterRoles]) {
    await api.ensure(`${RBAC}/clusterrolebindings`, binding({ name: role }, namespace, name));
  }
  for (const place of namespaced) {
    const role = { name: ownRole, namespace: place.namespace };
    await writeRole(api, role, place.rules);
    await api.ensure(`${rbac(role)}/rolebindings`, binding(role, namespace, name));
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
const rbac = ({ namespace }: RoleName) => namespace ? `${RBAC}/namespaces/${namespace}` : RBAC;
const RBAC_GROUP = "rbac.authorization.k8s.io";

function namespaceManifest(name: string) {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

async function writeRole(api: Api, at: RoleName, rules: PolicyRule[]): Promise<void> {
  const kind = at.namespace ? "Role" : "ClusterRole";
  const path = `${rbac(at)}/${kind.toLowerCase()}s/${encodeURIComponent(at.name)}`;
  await api.request(
    "PATCH",
    `${path}?fieldManager=devcluster&force=true`,
    { apiVersion: `${RBAC_GROUP}/v1`, kind, metadata: at, rules },
    { "content-type": "application/apply-patch+yaml" },
  );
}

function binding(role: RoleName, namespace: string, account: string) {
  const cluster = role.namespace ? "" : "Cluster";
  return {
    apiVersion: `${RBAC_GROUP}/v1`,
    kind: `${cluster}RoleBinding`,
    metadata: { ...role, name: `${namespace}:${account}:${role.name}` },
    roleRef: { apiGroup: RBAC_GROUP, kind: `${cluster}Role`, name: role.name },
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
