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
  /** Permissions in all namespaces, as a ClusterRole of its own. */
  rules?: PolicyRule[];
  /** Permissions in single, existing namespaces, as a Role of its own in each. */
  namespaced?: { namespace: string; rules: PolicyRule[] }[];
  /** Names of existing ClusterRoles that are bound in all namespaces. */
  clusterRoles?: string[];
  /** Lifetime of the token; a day if absent. */
  tokenSeconds?: number;
}

/** Token of a ServiceAccount, and files that contain it. */
export interface ServiceAccountAccess {
  /** User name in the audit log: `system:serviceaccount:NAMESPACE:NAME`. */
  user: string;
  token: string;
  /** Path of a kubeconfig with the token. */
  kubeconfig: string;
  /** Folder with `token`, `ca.crt` and `namespace`, like the one that the kubelet mounts into pods. */
  directory: string;
}

/** Name of a Role, or of a ClusterRole if the namespace is absent. */
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

const RBAC_GROUP = "rbac.authorization.k8s.io";

/**
 * Creates a namespace, a ServiceAccount, its roles and their bindings, and requests a token. A later call replaces the
 * rules of the roles.
 */
export async function createServiceAccount(
  api: Api,
  options: ServiceAccountOptions & Target,
): Promise<ServiceAccountAccess> {
  const { namespace, name, rules, namespaced = [], clusterRoles = [] } = options;
  const { tokenSeconds = 86_400 } = options;
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await api.ensure("/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  await api.ensure(path, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace },
  });

  const ownRole = `${namespace}:${name}`;
  const subject = { kind: "ServiceAccount", namespace, name };
  for (const role of clusterRoles) await bindRole(api, { name: role }, subject);
  if (rules !== undefined) await grantRole(api, { name: ownRole }, rules, subject);
  for (const { namespace, rules } of namespaced) {
    await grantRole(api, { name: ownRole, namespace }, rules, subject);
  }

  const tokenRequest = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { expirationSeconds: tokenSeconds },
  };
  const { status } = await api.request<{ status: { token: string } }>(
    "POST",
    `${path}/${name}/token`,
    tokenRequest,
  );
  return await writeAccess(options, status.token);
}

type Subject = { kind: string; namespace: string; name: string };

async function grantRole(
  api: Api,
  metadata: RoleName,
  rules: PolicyRule[],
  subject: Subject,
): Promise<void> {
  const kind = metadata.namespace ? "Role" : "ClusterRole";
  await api.apply(rbacPath(kind, metadata), {
    apiVersion: `${RBAC_GROUP}/v1`,
    kind,
    metadata,
    rules,
  });
  await bindRole(api, metadata, subject);
}

async function bindRole(api: Api, role: RoleName, subject: Subject): Promise<void> {
  const roleKind = role.namespace ? "Role" : "ClusterRole";
  const kind = `${roleKind}Binding`;
  const metadata = { ...role, name: `${subject.namespace}:${subject.name}:${role.name}` };
  await api.apply(rbacPath(kind, metadata), {
    apiVersion: `${RBAC_GROUP}/v1`,
    kind,
    metadata,
    roleRef: { apiGroup: RBAC_GROUP, kind: roleKind, name: role.name },
    subjects: [subject],
  });
}

function rbacPath(kind: string, { name, namespace }: RoleName): string {
  const scope = namespace ? `/namespaces/${namespace}` : "";
  return `/apis/${RBAC_GROUP}/v1${scope}/${kind.toLowerCase()}s/${encodeURIComponent(name)}`;
}

async function writeAccess(
  { namespace, name, server, folder }: ServiceAccountOptions & Target,
  token: string,
): Promise<ServiceAccountAccess> {
  const ca = await Deno.readTextFile(`${folder}/pki/ca.crt`);
  const directory = `${folder}/service-accounts/${namespace}/${name}`;
  await Deno.mkdir(directory, { recursive: true });
  const user = `system:serviceaccount:${namespace}:${name}`;
  const config = { server, ca, context: name, user: name, credentials: { token }, namespace };
  const files = { token, "ca.crt": ca, namespace, kubeconfig: kubeconfig(config) };
  for (const [file, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${directory}/${file}`, text, { mode: 0o600 });
  }
  return { user, token, kubeconfig: `${directory}/kubeconfig`, directory };
}
