import type { V1PolicyRule } from "@kubernetes/client-node";
import { markerAccess, scopeAccess } from "../lease/rbac.ts";
import { componentAccess, pullSecretAccess } from "./component/rbac.ts";
import { mergeRules } from "../kube/policy_rules.ts";
import { graphAccess } from "./graph/rbac.ts";
import { partitionAccess } from "./partition/rbac.ts";

/** In which mode the operator runs, and what it is called there. */
export type RulesOptions =
  & (
    /** Rights in all namespaces; planners are bound to the ClusterRole of that name. */
    | { plannerClusterRole: string; scope?: "cluster" }
    /** Rights in one namespace, where the installation brings what planners need. */
    | { scope: "namespace" }
  )
  & {
    /** Whether it looks for the Secrets that open an image's registry; true when absent. */
    pullSecretDiscovery?: boolean;
  };

/**
 * All rights of the operator, from what its controllers declare that they touch; nothing else may be granted. What
 * leader election touches is apart, since it is granted in the namespace of its Lease alone: see `leaderAccess`.
 */
export function operatorRules(options: RulesOptions): V1PolicyRule[] {
  const scoped = options.scope === "namespace";
  const { plannerClusterRole } = scoped ? { plannerClusterRole: undefined } : options;
  return mergeRules([
    ...graphAccess({ plannerClusterRole }),
    ...componentAccess(),
    ...partitionAccess(),
    ...(options.pullSecretDiscovery ?? true ? pullSecretAccess() : []),
    ...(scoped ? markerAccess() : scopeAccess()),
  ]);
}

/**
 * Whether a right of an operator of one namespace is on one of its two Leases by name. Those it needs up to its last
 * moment, to give the Leases back: they must outlive the uninstallation that ends it.
 */
export function isHandBackRight({ resources, resourceNames }: V1PolicyRule): boolean {
  return resources?.includes("leases") === true && resourceNames !== undefined;
}
