import { LABELS } from "../../crds/labels.ts";
import {
  type RoleBinding,
  roleBindings,
  roles,
  type ServiceAccount,
  serviceAccounts,
} from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { labelValue } from "../dynamo/label_value.ts";

/** A ServiceAccount of a namespace, by name. */
export interface AccountName {
  name: string;
  namespace: string;
}

/** Returns the manifest of a ServiceAccount. */
export function serviceAccountManifest(account: AccountName): ServiceAccount {
  const { apiVersion, kind } = serviceAccounts;
  return { apiVersion, kind, metadata: { ...account, labels: rbacLabels(account) } };
}

/**
 * Returns the manifest of the RoleBinding of a ServiceAccount.
 *
 * @param role the kind of the role, `roles` or `clusterRoles`
 */
export function roleBindingManifest(
  account: AccountName,
  role: Resource<KubeObject>,
  roleName: string,
): RoleBinding {
  const { name, namespace } = account;
  return {
    apiVersion: roleBindings.apiVersion,
    kind: roleBindings.kind,
    metadata: { name: `${name}-binding`, namespace, labels: rbacLabels(account) },
    subjects: [{ kind: serviceAccounts.kind, name, namespace }],
    roleRef: { apiGroup: roles.group, kind: role.kind, name: roleName },
  };
}

/** Returns the labels of every RBAC object that the operator creates for a ServiceAccount. */
export function rbacLabels({ name }: AccountName): Record<string, string> {
  return {
    [LABELS.appManagedBy]: "dynamo-operator",
    [LABELS.appComponent]: "rbac",
    [LABELS.appName]: labelValue(name),
  };
}
