import type { AuditEntry } from "../../devcluster/audit_entry.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import { leaderAccess } from "../../lease/rbac.ts";
import { operatorRules } from "../../commands/run/operator_rbac.ts";
import {
  OPERATOR_NAMESPACE,
  PLANNER_ROLE,
  RESTRICTED_OPERATOR_NAMESPACE,
} from "../support/installation.ts";
import { isImplicit } from "./implicit_permissions.ts";
import {
  describePermission,
  forbidden,
  type Permission,
  permissionsOf,
  unusedPermissions,
} from "./permissions.ts";

/** The two installations that operators of tests stand for; the namespace of their accounts tells which. */
export const VARIANTS = [
  {
    name: "cluster-wide",
    accounts: `system:serviceaccount:${OPERATOR_NAMESPACE}:`,
    rules: [...operatorRules({ plannerClusterRole: PLANNER_ROLE }), ...leaderAccess()],
  },
  {
    name: "restricted",
    accounts: `system:serviceaccount:${RESTRICTED_OPERATOR_NAMESPACE}:`,
    rules: [...operatorRules({ scope: "namespace" }), ...leaderAccess()],
  },
] as const;

/** The rights of a variant that requests of its operators must show. */
export function explicitPermissions({ rules }: typeof VARIANTS[number]): Permission[] {
  return permissionsOf(rules).filter((right) => !isImplicit(right));
}

/**
 * Looks through the audit log of a whole run: of the operators' requests none may have been forbidden, and every right
 * that an installation grants must have been used.
 *
 * @returns what is not so, a line each
 */
export async function auditProblems({ audit }: Pick<Cluster, "audit">): Promise<string[]> {
  const all = await audit.requests();
  return VARIANTS.flatMap((variant) => {
    const entries = all.filter(({ user }) => user.startsWith(variant.accounts));
    return [
      ...new Set(forbidden(entries).map(describeRefusal)),
      ...unusedPermissions(explicitPermissions(variant), entries).map((right) =>
        `No ${variant.name} operator has used its right to ${describePermission(right)}`
      ),
    ];
  });
}

/** What operators of tests were forbidden on a control plane, a line each. */
export async function refusedToOperators({ audit }: Pick<Cluster, "audit">): Promise<string[]> {
  const all = await audit.requests();
  return forbidden(all)
    .filter(({ user }) => VARIANTS.some(({ accounts }) => user.startsWith(accounts)))
    .map(describeRefusal);
}

function describeRefusal({ user, verb, uri, message }: AuditEntry): string {
  return `"${user}" was forbidden to ${verb} ${uri}: ${message}`;
}
