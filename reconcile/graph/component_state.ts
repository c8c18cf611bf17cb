import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { conditionOf } from "../dynamo/conditions.ts";

/** Returns whether the status of a component describes its newest generation. */
export function isObserved(
  { metadata: { generation = 0 }, status }: DynamoComponentDeployment,
): boolean {
  return (status?.observedGeneration ?? 0) >= generation;
}

/** Returns whether the newest generation of a component is available, and so completely rolled out. */
export function isAvailable(component: DynamoComponentDeployment): boolean {
  return isObserved(component) && conditionOf(component.status, "Available")?.status === "True";
}
