import type { V1PolicyRule } from "@kubernetes/client-node";
import { rule } from "../../kube/policy_rules.ts";

/** Merges RBAC rules into one rule per resource and list of names, with all allowed verbs. Sorts rules and verbs. */
export function mergeRules(rules: readonly V1PolicyRule[]): V1PolicyRule[] {
  const verbs = new Map<string, Set<string>>();
  for (const { apiGroups = [], resources = [], resourceNames, verbs: granted } of rules) {
    for (const group of apiGroups) {
      for (const resource of resources) {
        const key = JSON.stringify([group, resource, resourceNames ?? null]);
        verbs.set(key, (verbs.get(key) ?? new Set()).union(new Set(granted)));
      }
    }
  }
  return [...verbs].sort(([a], [b]) => a < b ? -1 : 1).map(([key, granted]) => {
    const [group, resource, names] = JSON.parse(key) as [string, string, string[] | null];
    return rule(group, [resource], [...granted].sort(), names ?? undefined);
  });
}
