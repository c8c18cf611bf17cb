import type { AuditEntry } from "../../devcluster/audit_entry.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import { leaderRules } from "../../lease/rbac.ts";
import { operatorRules } from "../../tools/chart/operator_rules.ts";
import {
  OPERATOR_NAMESPACE,
  POD_ROLES,
  RESTRICTED_OPERATOR_NAMESPACE,
} from "../support/installation.ts";
import { isImplicit } from "./implicit_permissions.ts";
import {
  deniedByRbac,
  describePermission,
  type Permission,
  permissionsOf,
  unusedPermissions,
  withoutDeletedNamespaces,
} from "./permissions.ts";

/** Settings that are off by default and that require further permissions. */
const ALL = { virtualServices: true };

/** The two modes of the operator. In the audit log, the namespace of an operator's ServiceAccount shows its mode. */
export const VARIANTS = [
  {
    name: "cluster-wide",
    userPrefix: `system:serviceaccount:${OPERATOR_NAMESPACE}:`,
    rules: [...operatorRules({ ...POD_ROLES, ...ALL }), ...leaderRules()],
  },
  {
    name: "namespace-scoped",
    userPrefix: `system:serviceaccount:${RESTRICTED_OPERATOR_NAMESPACE}:`,
    rules: [...operatorRules({ scope: "namespace", ...ALL }), ...leaderRules()],
  },
] as const;

/**
 * Returns the permissions of an operator in this mode. Omits implicit permissions, because the audit log does not show
 * their use (see {@linkcode isImplicit}).
 */
export function explicitPermissions({ rules }: typeof VARIANTS[number]): Permission[] {
  return permissionsOf(rules).filter((permission) => !isImplicit(permission));
}

/**
 * Checks the audit logs of a complete test run. The API server must not have denied a request of an operator. Operators
 * in both modes must have used all their permissions.
 *
 * @param all the entries of all logs
 * @returns one line per problem
 */
export function auditProblems(all: readonly AuditEntry[]): string[] {
  return VARIANTS.flatMap((variant) => {
    const entries = all.filter(({ user }) => user.startsWith(variant.userPrefix));
    const denied = deniedByRbac(entries);
    const unexpected = variant.name === "namespace-scoped"
      ? withoutDeletedNamespaces(denied, all)
      : denied;
    return [
      ...new Set(unexpected.map(describeDenial)),
      ...unusedPermissions(explicitPermissions(variant), entries).map((permission) =>
        `No ${variant.name} operator used its permission to ${describePermission(permission)}`
      ),
    ];
  });
}

export async function deniedRequests({ audit }: Pick<Cluster, "audit">): Promise<string[]> {
  const all = await audit.requests();
  return deniedByRbac(all)
    .filter(({ user }) => VARIANTS.some(({ userPrefix }) => user.startsWith(userPrefix)))
    .map(describeDenial);
}

function describeDenial({ user, verb, uri, message }: AuditEntry): string {
  return `The API server denied "${user}" the request ${verb} ${uri}: ${message}`;
}
