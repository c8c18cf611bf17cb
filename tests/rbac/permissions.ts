import type { V1PolicyRule } from "@kubernetes/client-node";
import type { AuditEntry } from "../../devcluster/audit_entry.ts";

/** Permission for one verb on one resource. An RBAC rule consists of such permissions. */
export interface Permission {
  group: string;
  /** Resource with its subresource, such as `deployments/status`. */
  resource: string;
  verb: string;
  /** Name of the only permitted object. If absent, all objects of the resource are permitted. */
  name?: string;
}

/** Returns the permissions that RBAC rules grant, without duplicates. */
export function permissionsOf(rules: readonly V1PolicyRule[]): Permission[] {
  const all = rules.flatMap(({ apiGroups = [], resources = [], verbs, resourceNames }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) =>
          (resourceNames ?? [undefined]).map((name): Permission => ({
            group,
            resource,
            verb,
            ...(name !== undefined && { name }),
          }))
        )
      )
    )
  );
  return [
    ...new Map(all.map((permission) => [describePermission(permission), permission])).values(),
  ];
}

/** Returns a permission as text, such as `patch deployments.apps` or `list leases.coordination.k8s.io "NAME"`. */
export function describePermission({ group, resource, verb, name }: Permission): string {
  const [kind, subresource] = resource.split("/");
  const path = subresource ? `/${subresource}` : "";
  return `${verb} ${kind}${group && `.${group}`}${path}${name === undefined ? "" : ` "${name}"`}`;
}

/**
 * Returns whether a request used this permission. A failed request also used the permission, unless the API server
 * denied it. An apply that creates an object used two permissions: `patch` and `create`.
 */
export function uses(entry: AuditEntry, { group, resource, verb, name }: Permission): boolean {
  const verbs = entry.verb === "patch" && entry.code === 201 ? ["patch", "create"] : [entry.verb];
  const path = entry.subresource ? `${entry.resource}/${entry.subresource}` : entry.resource;
  return entry.code !== 403 && entry.group === group && path === resource &&
    verbs.includes(verb) && (name === undefined || entry.name === name);
}

export function unusedPermissions(
  permissions: readonly Permission[],
  entries: readonly AuditEntry[],
): Permission[] {
  return permissions.filter((permission) => !entries.some((entry) => uses(entry, permission)));
}

/**
 * Matches errors with status 403 that admission causes, not RBAC: for a terminating namespace or CRD, a quota or a
 * StorageClass.
 */
const NOT_RBAC =
  /because it is being terminated|definition is terminating|exceeded quota|must support resize/;

export function deniedByRbac(entries: readonly AuditEntry[]): AuditEntry[] {
  return entries.filter(({ code, message }) => code === 403 && !NOT_RBAC.test(message));
}

/**
 * Returns the requests, except those in namespaces whose deletion began before the request was complete. The Role of a
 * namespace-scoped operator is deleted together with its namespace. The API server then denies the operator's requests
 * until a new installation of the chart creates the Role again.
 */
export function withoutDeletedNamespaces(
  entries: readonly AuditEntry[],
  all: readonly AuditEntry[],
): AuditEntry[] {
  const deletions = all.filter(({ verb, group, resource }) =>
    verb === "delete" && group === "" && resource === "namespaces"
  );
  return entries.filter(({ namespace, completedAt }) =>
    !deletions.some(({ name, receivedAt }) => name === namespace && receivedAt < completedAt)
  );
}
