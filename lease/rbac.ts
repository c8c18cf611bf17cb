import type { V1PolicyRule } from "@kubernetes/client-node";
import { MARKER_NAME } from "./marker_lease.ts";

const GROUP = "coordination.k8s.io";

/** A right to create cannot be limited to a name; all others are. */
function leaseRules(name: string, verbs: string[], create: boolean): V1PolicyRule[] {
  const rule = { apiGroups: [GROUP], resources: ["leases"] };
  return [
    ...(create ? [{ ...rule, verbs: ["create"] }] : []),
    { ...rule, verbs, resourceNames: [name] },
  ];
}

/** What leader election touches, in the namespace of its Lease. */
export function leaderAccess(lease = "dynamo.nvidia.com"): V1PolicyRule[] {
  return leaseRules(lease, ["get", "list", "watch", "patch"], true);
}

/** What a namespace-scoped operator's marker takes, in its namespace. */
export function markerAccess(): V1PolicyRule[] {
  return leaseRules(MARKER_NAME, ["get", "list", "watch", "patch", "delete"], true);
}

/** What the cluster-wide operator needs to see the markers, in all namespaces. */
export function scopeAccess(): V1PolicyRule[] {
  return leaseRules(MARKER_NAME, ["list", "watch"], false);
}
