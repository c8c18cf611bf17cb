import type { V1DeploymentStrategy } from "@kubernetes/client-node";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import { PlanError } from "../dynamo/problem.ts";

const DEFAULT_SHARE = "25%";

/**
 * Returns how a Deployment replaces its pods: a quarter at a time, unless annotations of the component set it. An unknown
 * strategy counts as a rolling update.
 *
 * @throws {PlanError} if a share is neither a count nor a percentage
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

/** Returns a count or a percentage from an annotation. Annotations of the pods win over those of the component. */
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
