import type { KubeObject } from "../../kube/object.ts";

/** Status of an object as kstatus computes it. Flux, Helm and kpt wait until this status is `Current`. */
export type KStatus = "Current" | "InProgress" | "Failed" | "Terminating";

interface WithStatus extends KubeObject {
  status?: {
    observedGeneration?: number | undefined;
    conditions?: readonly { type: string; status: string }[] | undefined;
  } | undefined;
}

/**
 * Returns the status of a custom resource. Follows the rules of kstatus for kinds without special rules:
 * https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/status/core.go and generic.go
 */
export function kstatus({ metadata, status }: WithStatus): KStatus {
  if (metadata.deletionTimestamp) return "Terminating";
  const { observedGeneration, conditions = [] } = status ?? {};
  if (observedGeneration !== undefined && observedGeneration !== metadata.generation) {
    return "InProgress";
  }
  for (const { type, status } of conditions) {
    if (type === "Reconciling" && status === "True") return "InProgress";
    if (type === "Stalled" && status === "True") return "Failed";
  }
  const ready = conditions.find(({ type }) => type === "Ready");
  return ready === undefined || ready.status === "True" ? "Current" : "InProgress";
}
