import type { Deployment, Lease } from "../../kube/builtin.ts";

/** Where every operator for Dynamo graphs stands for election unless told otherwise. */
export const LEADER_LEASE = { namespace: "kube-system", name: "dynamo.nvidia.com" };

const PART_OF = "app.kubernetes.io/part-of";
const UPSTREAM_SUFFIX = "dynamo-operator-controller-manager";

/**
 * Whether another operator for Dynamo graphs seems to run in a cluster: two would undo each other's work.
 *
 * @returns what was found, or undefined
 */
export function otherOperator(
  deployments: readonly Deployment[],
  lease: Lease | undefined,
  nowMs: number,
): string | undefined {
  const found = deployments.find(({ metadata: { name, labels }, spec }) =>
    spec?.replicas !== 0 &&
    (labels?.[PART_OF] === "dynamo-operator" || name.endsWith(UPSTREAM_SUFFIX))
  );
  if (found) {
    return `Deployment "${found.metadata.name}" in namespace "${found.metadata.namespace}"`;
  }
  const { holderIdentity, renewTime, leaseDurationSeconds = 0 } = lease?.spec ?? {};
  const held = holderIdentity && renewTime &&
    Date.parse(renewTime) + leaseDurationSeconds * 1000 > nowMs;
  return held ? `Lease "${LEADER_LEASE.name}" is held by "${holderIdentity}"` : undefined;
}
