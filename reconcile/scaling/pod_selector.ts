import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { LABELS } from "../../crds/labels.ts";
import { MAX_MULTINODE_SIZE } from "../dynamo/multinode_size.ts";
import { labelValue } from "../dynamo/names.ts";
import { nodesOf } from "../dynamo/service_input.ts";
import { groupMemberName, leaderClique, POD_CLIQUE_LABEL } from "../grove/names.ts";
import { ROLE } from "../workload/lws_manifests.ts";

/**
 * Returns the label selector that an autoscaler uses to find one pod for each replica of a service. An autoscaler
 * divides a metric by the number of selected pods, so the selector excludes the workers of multinode replicas. Returns
 * undefined while the workload of a multinode service is unknown.
 *
 * @param replicas the replicas that the service has, or that the operator sets next
 */
export function podSelector(
  { metadata: { name }, spec, status }: DynamoGraphDeployment,
  service: string,
  replicas: number,
): string | undefined {
  const pods = `${LABELS.graphName}=${labelValue(name)},${LABELS.component}=${labelValue(service)}`;
  const { componentKind, componentName = "" } = status?.services?.[service] ?? {};
  switch (componentKind) {
    case "LeaderWorkerSet":
      return `${pods},${ROLE}=leader`;
    case "PodCliqueScalingGroup":
      return `${pods},${leaderCliques(componentName, service, replicas)}`;
    case undefined:
      return nodesOf(spec?.services?.[service] ?? {}) > 1 ? undefined : pods;
    default:
      return pods;
  }
}

/**
 * Returns the requirement that selects the leaders of a PodCliqueScalingGroup. The requirement names at most
 * `MAX_MULTINODE_SIZE` leaders, because an adapter can request more replicas than a graph may have.
 */
function leaderCliques(scalingGroup: string, service: string, replicas: number): string {
  const names = Array.from(
    { length: Math.min(Math.max(replicas, 1), MAX_MULTINODE_SIZE) },
    (_, index) => groupMemberName(scalingGroup, index, leaderClique(service)),
  );
  return `${POD_CLIQUE_LABEL} in (${names.join(",")})`;
}
