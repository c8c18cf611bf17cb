import type { V1DeploymentCondition } from "@kubernetes/client-node";
import type { Deployment } from "../../kube/builtin.ts";

/**
 * Returns why a Deployment has not fully rolled out its newest generation; undefined if it has. It has if its controller
 * observed that generation, all desired replicas are updated and available, and no old replica is left.
 *
 * Only failures are quoted from its conditions, because their progress messages change too often.
 */
export function whyNotRolledOut(deployment: Deployment): string | undefined {
  const { metadata: { generation = 0 }, spec, status } = deployment;
  if (spec?.paused) return "it is paused";
  if ((status?.observedGeneration ?? 0) < generation) {
    return "its newest generation is not observed yet";
  }
  const desired = spec?.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  const old = replicas - updatedReplicas;
  const counts = [
    updatedReplicas < desired && `${updatedReplicas} of ${desired} replicas updated`,
    old > 0 && `old replicas left: ${old}`,
    old <= 0 && replicas > desired && `surplus replicas: ${replicas - desired}`,
    availableReplicas < desired && `${availableReplicas} of ${desired} replicas available`,
  ].filter((text) => text !== false);
  const failures = (status?.conditions ?? []).filter(isFailure)
    .map(({ reason, message }) => `${reason ?? "Failed"}: ${message ?? ""}`);
  if (counts.length > 0) return [...counts, ...failures].join(", ");
  const available = status?.conditions?.find(({ type }) => type === "Available");
  if (available?.status === "True") return undefined;
  return available
    ? `${available.reason}: ${available.message}`
    : "it is not reported available yet";
}

/** Whether a condition says that pods cannot be created, or that the rollout makes no progress. */
function isFailure({ type, status }: V1DeploymentCondition): boolean {
  return type === "ReplicaFailure"
    ? status === "True"
    : type === "Progressing" && status === "False";
}
