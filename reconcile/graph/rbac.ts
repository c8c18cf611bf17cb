import type { V1PolicyRule } from "@kubernetes/client-node";
import { CHILD_VERBS, rule } from "../../kube/policy_rules.ts";
import { DISCOVERY_RULES } from "./discovery_rbac.ts";

/**
 * What the graph controller touches, and nothing more; the operator's role is generated from it. Server-side apply
 * asks for `create` where the object is new and for `patch` always.
 *
 * @param names.plannerClusterRole the only role that the operator may bind to without having its rights itself; absent
 *   where the installation brings the binding
 */
export function graphAccess(
  { plannerClusterRole }: { plannerClusterRole?: string | undefined },
): V1PolicyRule[] {
  const planner = plannerClusterRole === undefined ? [] : [
    rule(
      "rbac.authorization.k8s.io",
      ["clusterroles"],
      ["list", "watch", "bind"],
      [plannerClusterRole],
    ),
  ];
  return [
    rule("nvidia.com", ["dynamographdeployments"], ["list", "watch", "patch"]),
    rule("nvidia.com", ["dynamographdeployments/status"], ["patch"]),
    // Asked for by the admission plug-in OwnerReferencesPermissionEnforcement, which OpenShift runs.
    rule("nvidia.com", ["dynamographdeployments/finalizers"], ["update"]),
    rule("nvidia.com", ["dynamocomponentdeployments"], CHILD_VERBS),
    // `get`: an account is asked for before it is made, for an apply cannot tell whose it would be.
    rule("", ["serviceaccounts"], ["get", ...CHILD_VERBS]),
    rule("", ["persistentvolumeclaims"], ["list", "watch", "create", "patch"]),
    rule("rbac.authorization.k8s.io", ["roles", "rolebindings"], CHILD_VERBS),
    ...planner,
    rule("events.k8s.io", ["events"], ["create", "patch"]),
    ...DISCOVERY_RULES,
  ];
}
