import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeploymentScalingAdapter } from "../../crds/kinds/scaling_adapter.ts";

/** Returns the replicas that the spec of a service requests; 1 if the spec does not set them, as in the Go operator. */
export function requestedReplicas({ replicas = 1 }: Pick<ComponentSpec, "replicas">): number {
  return replicas;
}

/** Returns whether a service enables its scaling adapter. */
export function isScaled({ scalingAdapter }: Pick<ComponentSpec, "scalingAdapter">): boolean {
  return scalingAdapter?.enabled === true;
}

/**
 * Returns the replicas that an adapter sets for its service; undefined if the graph sets them.
 *
 * An enabled adapter takes precedence over the graph, so that no edit of the graph reverts an autoscaler. If a user
 * disables the adapter, its last replica count applies until the graph contains this count. If the user has also
 * changed the replicas in the graph, the graph's replicas apply immediately.
 */
export function determinedReplicas(
  { spec: { replicas }, status }: DynamoGraphDeploymentScalingAdapter,
  service: Pick<ComponentSpec, "replicas" | "scalingAdapter">,
): number | undefined {
  if (isScaled(service)) return replicas;
  const isNewer = requestedReplicas(service) === status?.replicas && replicas !== status.replicas;
  return isNewer ? replicas : undefined;
}
