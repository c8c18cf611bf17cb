import type { V1PolicyRule } from "@kubernetes/client-node";
import { rule } from "../kube/policy_rules.ts";
import { MARKER_NAME } from "./marker_lease.ts";

const GROUP = "coordination.k8s.io";

/** Returns RBAC rules for one Lease. `create` has a separate rule, because RBAC cannot limit `create` to a name. */
function leaseRules(name: string, verbs: string[]): V1PolicyRule[] {
  return [rule(GROUP, ["leases"], ["create"]), rule(GROUP, ["leases"], verbs, [name])];
}

/** Returns the RBAC rules for leader election, in the namespace of the leader Lease. */
export function leaderRules(lease = "dynamo.nvidia.com"): V1PolicyRule[] {
  return leaseRules(lease, ["get", "list", "watch", "patch"]);
}

/** Returns the RBAC rules of a namespace-scoped operator for its marker Lease, in the namespace that it manages. */
export function markerRules(): V1PolicyRule[] {
  return leaseRules(MARKER_NAME, ["get", "list", "watch", "patch", "delete"]);
}

/** Returns the RBAC rules of the cluster-wide operator for marker Leases in all namespaces. */
export function scopeRules(): V1PolicyRule[] {
  return [rule(GROUP, ["leases"], ["list", "watch"], [MARKER_NAME])];
}
