import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import type { Observed } from "../apply/observed.ts";
import { conditionOf } from "../dynamo/conditions.ts";
import { componentName } from "../dynamo/names.ts";
import { components } from "../dynamo/resources.ts";
import type { ServiceState } from "./restart.ts";

/**
 * Returns whether the status of a component describes its newest generation. If the CRD is outdated, only the
 * conditions contain the observed generation.
 */
export function isObserved(
  { metadata: { generation = 0 }, status }: DynamoComponentDeployment,
): boolean {
  const observed = status?.observedGeneration ??
    conditionOf(status, "Available")?.observedGeneration ?? 0;
  return observed >= generation;
}

/** Returns whether the newest generation of a component is completely rolled out and available. */
export function isAvailable(component: DynamoComponentDeployment): boolean {
  return isObserved(component) && conditionOf(component.status, "Available")?.status === "True";
}

/** Returns whether the newest generation of a component cannot become available until a user changes something. */
export function hasStalled(component: DynamoComponentDeployment): boolean {
  return isObserved(component) && conditionOf(component.status, "Stalled")?.status === "True";
}

/** Returns the states of the services of a graph. Omits services without a component in the cluster. */
export function serviceStates(
  { metadata, spec }: DynamoGraphDeployment,
  observed: Pick<Observed, "find">,
): Map<string, ServiceState> {
  return new Map(
    Object.keys(spec?.services ?? {}).flatMap((service) => {
      const live = observed.find(components, componentName(metadata.name, service));
      if (!live) return [];
      return [[service, {
        restartAt: live.spec?.annotations?.[ANNOTATIONS.restartAt],
        isReady: isAvailable(live),
        hasStalled: hasStalled(live),
      }]];
    }),
  );
}
