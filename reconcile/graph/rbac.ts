import { LABELS, MANAGER } from "../../crds/labels.ts";
import { dynamoWorkerMetadataNames } from "../../crds/names.ts";
import {
  clusterRoles,
  type Role,
  type RoleBinding,
  roleBindings,
  roles,
  type ServiceAccount,
  serviceAccounts,
} from "../../kube/builtin.ts";
import { sameJson } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Observed } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import { discoveryServiceAccount, labelValue, PLANNER_SERVICE_ACCOUNT } from "../dynamo/names.ts";
import { reduceForeign, withoutApplyHistory } from "../dynamo/projection.ts";

/** RBAC rules for the pods of a graph. Each pod reads endpoints and writes its own DynamoWorkerMetadata object. */
export const DISCOVERY_RULES = [
  { apiGroups: [""], resources: ["endpoints"], verbs: ["get", "list", "watch"] },
  {
    apiGroups: ["discovery.k8s.io"],
    resources: ["endpointslices"],
    verbs: ["get", "list", "watch"],
  },
  {
    apiGroups: [dynamoWorkerMetadataNames.group],
    resources: [dynamoWorkerMetadataNames.plural],
    verbs: ["create", "get", "list", "watch", "update", "patch", "delete"],
  },
];

/**
 * Returns the objects that let the pods of a graph discover each other through the Kubernetes API: a ServiceAccount, a
 * Role and a RoleBinding. The RoleBinding also grants the Role to ServiceAccounts that users created for pods. The API
 * server lets the operator create the Role only if the operator itself has all permissions of the Role.
 */
export function discoveryObjects(
  graph: { name: string; namespace: string },
  podAccounts: readonly string[],
): Planned[] {
  const { namespace } = graph;
  const name = discoveryServiceAccount(graph.name);
  const role: Role = {
    apiVersion: roles.apiVersion,
    kind: roles.kind,
    metadata: { name: `${name}-role`, namespace, labels: rbacLabels(name) },
    rules: DISCOVERY_RULES,
  };
  const binding = roleBinding(name, namespace, roles, role.metadata.name);
  for (const podAccount of podAccounts) {
    if (podAccount !== name) binding.subjects?.push(subject(podAccount, namespace));
  }
  const account = serviceAccount(name, namespace);
  return [
    { resource: serviceAccounts, manifest: account, policy: "own", prerequisite: true },
    { resource: roles, manifest: role, policy: "own", prerequisite: true },
    { resource: roleBindings, manifest: binding, policy: "own" },
  ];
}

/**
 * Returns the ServiceAccounts that the RoleBinding for discovery contains, but `podAccounts` does not. Pods of an
 * earlier generation may still use them.
 */
export function formerPodAccounts(
  graph: { name: string; namespace: string },
  podAccounts: readonly string[],
  observed: Pick<Observed, "find">,
): string[] {
  const name = discoveryServiceAccount(graph.name);
  const { subjects = [] } = observed.find(roleBindings, bindingName(name)) ?? {};
  const planned = [name, ...podAccounts];
  const former = subjects.filter((subject) =>
    subject.kind === serviceAccounts.kind && subject.namespace === graph.namespace &&
    !planned.includes(subject.name)
  );
  return [...new Set(former.map(({ name }) => name))].sort();
}

/**
 * A ServiceAccount that the pods of several custom resources in a namespace share. For example, all planners use one.
 */
export interface SharedAccount {
  name: string;
  namespace: string;
  /** Name that messages use for the pods with this ServiceAccount, such as `planners`. */
  users: string;
}

/** The planned objects of a shared ServiceAccount, and any conflict with an existing RoleBinding. */
export interface SharedAccountRbac {
  planned: Planned[];
  /** Message about a foreign RoleBinding that does not grant the planned permissions. */
  conflict?: string;
}

/** Returns the planned objects of the planner's ServiceAccount, see {@linkcode sharedAccountRbac}. */
export function plannerRbac(
  namespace: string,
  clusterRoleName: string,
  observed: Pick<Observed, "find">,
): SharedAccountRbac {
  const account = { name: PLANNER_SERVICE_ACCOUNT, namespace, users: "planners" };
  return sharedAccountRbac(account, clusterRoleName, observed);
}

/**
 * Returns a shared ServiceAccount and its RoleBinding to an existing ClusterRole. All custom resources in a namespace
 * share both objects, so the operator does not set an owner and never deletes them. It does not change an existing
 * ServiceAccount, but repairs drift of the RoleBinding.
 *
 * The operator does not change a RoleBinding of another client: an administrator may use it to grant the pods fewer
 * permissions. A user who may only write custom resources must not be able to extend these permissions.
 *
 * @param observed finds the existing RoleBinding
 */
export function sharedAccountRbac(
  { name, namespace, users }: SharedAccount,
  clusterRoleName: string,
  observed: Pick<Observed, "find">,
): SharedAccountRbac {
  const manifest = serviceAccount(name, namespace);
  const account: Planned = {
    resource: serviceAccounts,
    manifest,
    policy: "create",
    prerequisite: true,
  };
  const binding = roleBinding(name, namespace, clusterRoles, clusterRoleName);
  const live = observed.find(roleBindings, binding.metadata.name);
  if (!live || live.metadata.labels?.[LABELS.appManagedBy] === MANAGER) {
    return { planned: [account, { resource: roleBindings, manifest: binding, policy: "shared" }] };
  }
  if (grantsSame(live, binding)) return { planned: [account] };
  const conflict = `${binding.kind} "${namespace}/${binding.metadata.name}" lacks the label ` +
    `${LABELS.appManagedBy}=${MANAGER}, so the operator does not change it, and ${users} have only the permissions ` +
    `that it grants. To bind ${users} to ClusterRole "${clusterRoleName}", add the label or delete the ${binding.kind}`;
  return { planned: [account], conflict };
}

function grantsSame(one: RoleBinding, other: RoleBinding): boolean {
  const [first, second] = [one, other].map(({ roleRef, subjects = [] }) => ({
    role: [roleRef.kind, roleRef.name],
    subjects: subjects.map(({ kind, name, namespace }) => [kind, namespace, name]),
  }));
  return sameJson(first, second);
}

function serviceAccount(name: string, namespace: string): ServiceAccount {
  const { apiVersion, kind } = serviceAccounts;
  return { apiVersion, kind, metadata: { name, namespace, labels: rbacLabels(name) } };
}

/** Returns the RoleBinding that grants a role to a ServiceAccount. `role` is the resource `roles` or `clusterRoles`. */
function roleBinding(
  name: string,
  namespace: string,
  role: Resource<KubeObject>,
  roleName: string,
): RoleBinding {
  return {
    apiVersion: roleBindings.apiVersion,
    kind: roleBindings.kind,
    metadata: { name: bindingName(name), namespace, labels: rbacLabels(name) },
    subjects: [subject(name, namespace)],
    roleRef: { apiGroup: roles.group, kind: role.kind, name: roleName },
  };
}

const BINDING_SUFFIX = "-binding";

/** Returns the name of the RoleBinding of a ServiceAccount. */
export function bindingName(serviceAccountName: string): string {
  return `${serviceAccountName}${BINDING_SUFFIX}`;
}

/**
 * Reduces a RoleBinding for the store. A RoleBinding with the suffix of {@linkcode bindingName} keeps its content even
 * if it is foreign, because {@linkcode sharedAccountRbac} reads the permissions that it grants.
 */
export function reduceRoleBinding(binding: RoleBinding): RoleBinding {
  return binding.metadata.name.endsWith(BINDING_SUFFIX)
    ? withoutApplyHistory(binding)
    : reduceForeign(binding);
}

function subject(name: string, namespace: string) {
  return { kind: serviceAccounts.kind, name, namespace };
}

function rbacLabels(serviceAccountName: string): Record<string, string> {
  return {
    [LABELS.appManagedBy]: MANAGER,
    [LABELS.appComponent]: "rbac",
    [LABELS.appName]: labelValue(serviceAccountName),
  };
}
