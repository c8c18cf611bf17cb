import type { V1DeploymentStrategy } from "@kubernetes/client-node";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import { PlanError } from "../dynamo/plan_error.ts";

const DEFAULT_SHARE = "25%";

/**
 * How a component's pods are replaced: a quarter at a time, unless its annotations say otherwise. An unknown
 * strategy is a rolling update; `Recreate` has no use for numbers.
 *
 * @throws {PlanError} if a number is neither a count nor a percentage
 */
export function deploymentStrategy(spec: ComponentSpec): V1DeploymentStrategy {
  if (spec.annotations?.[ANNOTATIONS.deploymentStrategy] === "Recreate") {
    return { type: "Recreate" };
  }
  return {
    type: "RollingUpdate",
    rollingUpdate: {
      maxSurge: share(spec, ANNOTATIONS.rollingUpdateMaxSurge),
      maxUnavailable: share(spec, ANNOTATIONS.rollingUpdateMaxUnavailable),
    },
  };
}

/** A count or a percentage from an annotation, of which those of the pods win. */
function share(spec: ComponentSpec, key: string): number | string {
  const ofPods = spec.extraPodMetadata?.annotations?.[key];
  const value = ofPods || spec.annotations?.[key] || DEFAULT_SHARE;
  if (/^\d+$/.test(value)) return Number(value);
  if (/^\d+%$/.test(value)) return value;
  throw new PlanError(
    `${ofPods ? "extraPodMetadata.annotations" : "annotations"}[${key}]`,
    `"${value}" is neither a number of pods nor a percentage, write 1 or 25%`,
  );
}
