import type { Statement } from "../../kube/conditions.ts";
import { NAME_CONFLICT } from "../apply/reasons.ts";

/**
 * Reasons of conditions and events, besides those in reconcile/apply/reasons.ts. Dashboards, scripts and clients of the Go
 * operator match them, so a value never changes.
 */
export const REASONS = {
  /** Problems. The first one is also the reason of `Available` or `Ready`. */
  validationFailed: "ValidationFailed",
  volumeClaimMissing: "VolumeClaimMissing",
  multinodeUnavailable: "MultinodeUnavailable",
  plannerRoleMissing: "PlannerRoleMissing",
  /** `Available` of a component. */
  terminating: "Terminating",
  refused: "Refused",
  reconciling: "Reconciling",
  resourcesNotReady: "ResourcesNotReady",
  deploymentReady: "DeploymentReady",
  deploymentNotReady: "DeploymentNotReady",
  /** `DynamoComponentReady` of a component. */
  componentReady: "ComponentReady",
  componentNotReady: "ComponentNotReady",
  /** `Ready` of a graph. */
  allReady: "all_resources_are_ready",
  someNotReady: "some_resources_are_not_ready",
  reconcileFailed: "failed_to_reconcile_the_resources",
  /** `ScalingAdapterReady` of a graph. */
  scalingAdapterNotSupported: "ScalingAdapterNotSupported",
  /** `Paused` of any kind. */
  pausedByAnnotation: "PausedByAnnotation",
  /** Events of a graph whose state changes. */
  ready: "Ready",
  failed: "Failed",
} as const;

/** Returns the condition that reports foreign objects with the names of planned ones, if there are any. */
export function nameConflict(messages: readonly string[]): Statement[] {
  if (messages.length === 0) return [];
  return [{
    type: "NameConflict",
    status: "True",
    reason: NAME_CONFLICT,
    message: messages.join("; "),
  }];
}

/** Returns the condition that reports a pause, if the object or its graph is paused. */
export function pausedIf(paused: boolean): Statement[] {
  if (!paused) return [];
  return [{
    type: "Paused",
    status: "True",
    reason: REASONS.pausedByAnnotation,
    message:
      'The operator writes only the status, because annotation nvidia.com/paused is "true" on this object or on its graph',
  }];
}

/** Returns the condition of this type in a status, if there is one. */
export function conditionOf<C extends { type: string }>(
  status: { conditions?: readonly C[] | undefined } | undefined,
  type: string,
): C | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
