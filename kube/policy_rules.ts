import type { V1PolicyRule } from "@kubernetes/client-node";

/** Returns a rule for resources of one API group, limited to some object names if given. */
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
