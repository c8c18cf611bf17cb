import type { V1PolicyRule } from "@kubernetes/client-node";
import { componentAccess } from "./component/access.ts";
import { mergeRules } from "./engine/policy_rules.ts";
import { graphAccess } from "./graph/access.ts";

/**
 * All rights of the operator, from what its controllers declare that they touch; nothing else may be granted.
 *
 * @param names.plannerClusterRole the ClusterRole that planners are bound to
 */
export function operatorRules(names: { plannerClusterRole: string }): V1PolicyRule[] {
  return mergeRules([...graphAccess(names), ...componentAccess()]);
}
