import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { conditionOf } from "../dynamo/conditions.ts";

/**
 * Returns whether the status describes the newest generation. With an outdated CRD, only the conditions contain the
 * generation.
 */
export function isObserved(
  { metadata: { generation = 0 }, status }: DynamoComponentDeployment,
): boolean {
  const observed = status?.observedGeneration ??
    conditionOf(status, "Available")?.observedGeneration ?? 0;
  return observed >= generation;
}

/** Returns whether the newest generation of a component is available, and so completely rolled out. */
export function isAvailable(component: DynamoComponentDeployment): boolean {
  return isObserved(component) && conditionOf(component.status, "Available")?.status === "True";
}
