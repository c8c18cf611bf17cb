import type { V1PolicyRule } from "@kubernetes/client-node";
import type { AuditEntry } from "../../devcluster/audit_entry.ts";

/** One verb on one resource, the smallest thing that a rule grants. */
export interface Permission {
  group: string;
  /** With its subresource, as `deployments/status`. */
  resource: string;
  verb: string;
  /** The only object it is for; all when absent. */
  name?: string;
}

/** Each right that the rules grant, once. */
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
  return [...new Map(all.map((right) => [describePermission(right), right])).values()];
}

/** `patch deployments.apps`, `list leases.coordination.k8s.io "NAME"`. */
export function describePermission({ group, resource, verb, name }: Permission): string {
  const [kind, subresource] = resource.split("/");
  const path = subresource ? `/${subresource}` : "";
  return `${verb} ${kind}${group && `.${group}`}${path}${name === undefined ? "" : ` "${name}"`}`;
}

/**
 * Whether a request was let in by this right, whatever came of it then. An apply is a patch that also asks for `create`
 * where it makes the object.
 */
export function uses(entry: AuditEntry, { group, resource, verb, name }: Permission): boolean {
  const verbs = entry.verb === "patch" && entry.code === 201 ? ["patch", "create"] : [entry.verb];
  const path = entry.subresource ? `${entry.resource}/${entry.subresource}` : entry.resource;
  return entry.code !== 403 && entry.group === group && path === resource &&
    verbs.includes(verb) && (name === undefined || entry.name === name);
}

/** The rights that none of the requests used. */
export function unusedPermissions(
  rights: readonly Permission[],
  entries: readonly AuditEntry[],
): Permission[] {
  return rights.filter((right) => !entries.some((entry) => uses(entry, right)));
}

/** A namespace that goes, and a quota: both answer 403, and neither is a matter of rights. */
const NOT_RBAC = /because it is being terminated|exceeded quota/;

/** The requests that were refused for want of a right. */
export function forbidden(entries: readonly AuditEntry[]): AuditEntry[] {
  return entries.filter(({ code, message }) => code === 403 && !NOT_RBAC.test(message));
}
