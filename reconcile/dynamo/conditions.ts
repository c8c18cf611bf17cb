import type { Statement } from "../../kube/conditions.ts";
import { NAME_CONFLICT } from "../apply/reasons.ts";

/**
 * Reasons of conditions and events, in addition to those in reconcile/apply/reasons.ts. Dashboards, scripts and clients
 * that were written for the Go operator match these values, so a value must never change.
 */
export const REASONS = {
  /**
   * Reasons why the operator cannot plan an object. `ValidationFailed` is also a reason of conditions `Available` and
   * `Ready`.
   */
  validationFailed: "ValidationFailed",
  volumeClaimMissing: "VolumeClaimMissing",
  multinodeUnavailable: "MultinodeUnavailable",
  plannerRoleMissing: "PlannerRoleMissing",
  profilingRoleMissing: "ProfilingRoleMissing",
  /**
   * Reason why the operator cannot plan a graph. It is also the reason of condition `Held`, which reports that the
   * operator writes nothing for the graph.
   */
  groveNotServed: "GroveNotServed",
  /**
   * Reasons why the operator cannot plan a PodCliqueSet. They are also reasons of condition `PodCliqueSetApplied` of a
   * graph.
   */
  nameTooLong: "NameTooLong",
  podFieldRefused: "PodFieldRefused",
  compositionChanged: "CompositionChanged",
  queueMissing: "QueueMissing",
  /** Reason of condition `PodCliqueSetApplied` while the admission webhook of Grove does not respond. */
  groveUnavailable: "GroveUnavailable",
  /** Reasons of condition `Available` of a component. */
  terminating: "Terminating",
  refused: "Refused",
  reconciling: "Reconciling",
  resourcesNotReady: "ResourcesNotReady",
  deploymentReady: "DeploymentReady",
  deploymentNotReady: "DeploymentNotReady",
  leaderWorkerSetsReady: "AllLeaderWorkerSetsReady",
  leaderWorkerSetsNotReady: "SomeLeaderWorkerSetsNotReady",
  /** Reasons of condition `DynamoComponentReady` of a component. */
  componentReady: "ComponentReady",
  componentNotReady: "ComponentNotReady",
  /** Reasons of condition `Ready` of a graph. */
  allReady: "all_resources_are_ready",
  someNotReady: "some_resources_are_not_ready",
  reconcileFailed: "failed_to_reconcile_the_resources",
  /** Reason of condition `PlannerBound` of a graph. */
  foreignRoleBinding: "ForeignRoleBinding",
  /** Reasons of condition `Ready` of a scaling adapter. `UpdateFailed` is also a reason of its events. */
  synced: "Synced",
  graphNotFound: "GraphNotFound",
  serviceNotFound: "ServiceNotFound",
  notControlled: "NotControlled",
  adapterDisabled: "AdapterDisabled",
  updateFailed: "UpdateFailed",
  /** Reason of the event that reports a new replica count of a service in a graph. */
  scaled: "Scaled",
  /** Reason of condition `ConfigurationWarning` of a graph or a component. */
  checkFields: "CheckFields",
  /** Reasons of condition `PersistentVolumeClaimsResized` of a graph. */
  cannotShrink: "CannotShrink",
  resizeRefused: "ResizeRefused",
  resizeFailed: "ResizeFailed",
  /**
   * Reasons of conditions `ServicesFound` and `EndpointsReady` of a model. The last four are also reasons of condition
   * `Ready`.
   */
  servicesFound: "ServicesFound",
  noServicesFound: "NoServicesFound",
  noEndpoints: "NoEndpoints",
  notReady: "NotReady",
  allEndpointsReady: "AllEndpointsReady",
  endpointsDiscovered: "EndpointsDiscovered",
  /** Reason of condition `Ready` of a model, and of an event. */
  partialEndpointFailure: "PartialEndpointFailure",
  /** Reasons of events about a model. */
  endpointsReady: "EndpointsReady",
  noEndpointsFound: "NoEndpointsFound",
  loraUnloaded: "LoRAUnloaded",
  loraUnloadFailed: "LoRAUnloadFailed",
  /** Reason of condition `Ready` with status Unknown, used for custom resources of every kind. */
  kindUnreadable: "KindUnreadable",
  /** Reason of condition `CrdOutdated` of a graph or a component. */
  statusFieldDropped: "StatusFieldDropped",
  /** Reason of condition `Paused`, which every kind can have. */
  pausedByAnnotation: "PausedByAnnotation",
  /** Reasons of the events that report a new state of a graph. */
  ready: "Ready",
  failed: "Failed",
  /** Reasons of the events about a restart of a graph. */
  restartStarted: "RestartStarted",
  restartCompleted: "RestartCompleted",
  restartFailed: "RestartFailed",
  restartSuperseded: "RestartSuperseded",
  /** Reasons of condition `Migrating` of a graph, in addition to `Paused`. */
  deletingFormer: "DeletingFormerWorkloads",
  waitingForPods: "WaitingForPods",
  creatingWorkloads: "CreatingWorkloads",
  migrationBlocked: "Blocked",
  /** Reasons of the events about the migration of a graph to another orchestrator. */
  migrationStarted: "MigrationStarted",
  migrationCompleted: "MigrationCompleted",
  migrationCancelled: "MigrationCancelled",
} as const;

/**
 * Progress of an object. A stalled object cannot become ready until a user changes something. The progress is unknown
 * while the operator cannot read a kind that determines it.
 */
export type Progress = "ready" | "reconciling" | "stalled" | "unknown";

/**
 * Returns condition `Ready`, and `Reconciling` or `Stalled` for an object that is not ready. These conditions follow
 * kstatus, which Flux, Helm and other tools use to wait until an object is ready
 * (https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus). As kstatus recommends, `Reconciling` and
 * `Stalled` are present only while they are True.
 */
export function readiness(progress: Progress, reason: string, message: string): Statement[] {
  const why = { reason, message };
  if (progress === "ready") return [{ type: "Ready", status: "True", ...why }];
  if (progress === "unknown") return [{ type: "Ready", status: "Unknown", ...why }];
  const type = progress === "stalled" ? "Stalled" : "Reconciling";
  return [{ type: "Ready", status: "False", ...why }, { type, status: "True", ...why }];
}

/** Returns the condition that reports name conflicts with foreign objects; an empty list if `messages` is empty. */
export function nameConflict(messages: readonly string[]): Statement[] {
  return reported(NAME_CONFLICT, messages);
}

/** Returns a condition that has `reason` as its type and as its reason; an empty list if `messages` is empty. */
export function reported(reason: string, messages: readonly string[]): Statement[] {
  if (messages.length === 0) return [];
  return [{ type: reason, status: "True", reason, message: messages.join("; ") }];
}

/** Returns the condition that reports a pause; an empty list if neither the object nor its graph is paused. */
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

/** Instruction in messages about fields that the API server drops because the CRDs are older than the operator. */
export const UPGRADE_CRDS =
  'upgrade the CRDs with "dynamo-operator crds | kubectl apply --server-side --force-conflicts -f -", and restart the operator';

/**
 * Returns the condition that reports a CRD older than the operator; an empty list if `fields` is empty.
 *
 * @param fields the fields that the API server did not store, because the CRD lacks them
 */
export function crdOutdated(fields: readonly string[] = []): Statement[] {
  if (fields.length === 0) return [];
  return [{
    type: "CrdOutdated",
    status: "True",
    reason: REASONS.statusFieldDropped,
    message: `The API server does not store ${fields.join(", ")}, ` +
      `because the CRD is older than the operator: ${UPGRADE_CRDS}`,
  }];
}

/** Returns the condition of the given type in a status; undefined if the status does not contain it. */
export function conditionOf<C extends { type: string }>(
  status: { conditions?: readonly C[] | undefined } | undefined,
  type: string,
): C | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/**
 * Returns how long condition `Available` has been False, in milliseconds; 0 if the condition is not False. The time of
 * a condition has no fractions of a second, so the result can be up to one second too long.
 */
export function unavailableForMs(
  status: {
    conditions?:
      | readonly { type: string; status: string; lastTransitionTime: string }[]
      | undefined;
  } | undefined,
  nowMs: number,
): number {
  const available = conditionOf(status, "Available");
  if (available?.status !== "False") return 0;
  // The result would be negative if an administrator has set the clock back since the transition.
  return Math.max(0, nowMs - Date.parse(available.lastTransitionTime));
}
