import type { LeaderWorkerSet } from "../../kube/optional_kinds.ts";
import { conditionOf } from "../dynamo/conditions.ts";

/** Returns the reason why a LeaderWorkerSet is not fully rolled out and ready; undefined if it is. */
export function whyNotReady({ spec, status }: LeaderWorkerSet): string | undefined {
  if (!status?.conditions) return NO_STATUS;
  const desired = spec?.replicas ?? 1;
  const { updatedReplicas = 0, readyReplicas = 0 } = status;
  const counts = [
    updatedReplicas < desired && `${updatedReplicas} of ${desired} groups updated`,
    readyReplicas < desired && `${readyReplicas} of ${desired} groups ready`,
  ].filter((text) => text !== false);
  if (counts.length > 0) return counts.join(", ");
  return conditionOf(status, "Available")?.status === "True"
    ? undefined
    : "its condition Available is not True";
}

/**
 * Message for a LeaderWorkerSet without a status. The message mentions StatefulSets, because the controller of
 * LeaderWorkerSets writes no status if a StatefulSet of another owner has the same name.
 */
const NO_STATUS = "its controller has not reported a status yet " +
  "(the controller must run, and no StatefulSet of another owner may have the same name)";

/** Returns whether a group with the newest templates is ready. */
export function hasReadyGroup({ status }: LeaderWorkerSet): boolean {
  return (status?.readyReplicas ?? 0) > 0 && (status?.updatedReplicas ?? 0) > 0;
}

/** Returns whether all groups with the newest templates have been ready at least once. */
export function wasAvailable({ status }: LeaderWorkerSet): boolean {
  // The controller sets UpdateInProgress when a rollout starts, and resets it when all groups are ready.
  return conditionOf(status, "Available") !== undefined &&
    conditionOf(status, "UpdateInProgress")?.status !== "True";
}
