import type { V1DeploymentCondition } from "@kubernetes/client-node";
import type { Deployment } from "../../kube/builtin.ts";

/**
 * Why a Deployment has not fully rolled out its newest generation; undefined if it has: its controller has seen
 * that generation, as many replicas as wanted are updated and available, and nothing old is left.
 *
 * Only what is wrong is quoted from its conditions; their progress reports change too often to be repeated.
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
    old <= 0 && replicas > desired && `replicas too many: ${replicas - desired}`,
    availableReplicas < desired && `${availableReplicas} of ${desired} replicas available`,
  ].filter((text) => text !== false);
  const troubles = (status?.conditions ?? []).filter(isTrouble)
    .map(({ reason, message }) => `${reason ?? "Failed"}: ${message ?? ""}`);
  if (counts.length > 0) return [...counts, ...troubles].join(", ");
  const available = status?.conditions?.find(({ type }) => type === "Available");
  if (available?.status === "True") return undefined;
  return available
    ? `${available.reason}: ${available.message}`
    : "it is not reported available yet";
}

/** Pods that cannot be made, or a roll-out that has come to a stop. */
function isTrouble({ type, status }: V1DeploymentCondition): boolean {
  return type === "ReplicaFailure"
    ? status === "True"
    : type === "Progressing" && status === "False";
}
