import type { V1PolicyRule } from "@kubernetes/client-node";

/** Returns an RBAC rule for resources of one API group. `resourceNames` limits the rule to objects with these names. */
export function rule(
  group: string,
  resources: readonly string[],
  verbs: readonly string[],
  resourceNames?: readonly string[],
): V1PolicyRule {
  return {
    apiGroups: [group],
    resources: [...resources],
    verbs: [...verbs],
    ...(resourceNames && { resourceNames: [...resourceNames] }),
  };
}
