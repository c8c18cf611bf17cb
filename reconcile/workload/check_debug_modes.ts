import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { PlanError } from "../dynamo/problem.ts";

/**
 * Annotations of a service that enable a debug mode of the Go operator: a container for a debugger in each pod, or a
 * second Deployment for debugging.
 */
const DEBUG_MODES = [
  "nvidia.com/enable-debug-mode",
  "nvidia.com/enable-stealing-traffic-debug-mode",
];

/**
 * Checks that no annotation of a service enables a debug mode of the Go operator. This operator does not support debug
 * modes. If it ignored the annotation, it would restart the pods of the Go operator to remove their debugger.
 *
 * @throws {PlanError} for the first annotation that enables a debug mode
 */
export function checkDebugModes({ annotations = {} }: Pick<ComponentSpec, "annotations">): void {
  for (const key of DEBUG_MODES) {
    // As in the Go operator, only "true" enables a debug mode.
    if (annotations[key] !== "true") continue;
    throw new PlanError(
      `annotations[${key}]`,
      "is not supported, because the operator has no debug modes: remove the annotation, " +
        "and debug running pods with `kubectl debug`",
    );
  }
}
