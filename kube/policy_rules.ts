import type { V1PolicyRule } from "@kubernetes/client-node";

/** Returns an RBAC rule for resources of one API group. If object names are given, the rule is limited to them. */
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
