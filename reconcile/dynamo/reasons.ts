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
