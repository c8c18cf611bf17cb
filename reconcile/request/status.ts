import type { DynamoGraphDeploymentRequest, RequestStatus } from "../../crds/kinds/request.ts";
import { setConditions, type Statement } from "../../kube/conditions.ts";
import type { EventContent } from "../../kube/events.ts";
import { describeWriteError, messagesOf } from "../apply/execution.ts";
import { NAME_CONFLICT, WAITING_FOR_DELETION } from "../apply/reasons.ts";
import { crdOutdated, nameConflict, pausedIf, readiness, reported } from "../dynamo/conditions.ts";
import { configurationWarning } from "../dynamo/warning.ts";
import { isTerminal } from "../engine/outcome.ts";
import type { Reconciliation } from "../engine/reconciled_kind.ts";
import type { RequestObserved } from "./observed.ts";
import { hasStarted } from "./plan.ts";
import { EVENT_REASONS, REQUEST_REASONS, type RequestState } from "./reasons.ts";
import { failure, isFalse, type RequestPlan, type Step } from "./step.ts";

/** Conditions that keep their last value until the plan sets them again. */
const KEPT = ["Validation", "Profiling", "SpecGenerated", "DeploymentReady"];

/** The state of a request after its actions, and the error of the last action. */
export interface StepResult {
  step: Step;
  failed?: { error: unknown; message: string };
}

type View = Pick<
  Reconciliation<DynamoGraphDeploymentRequest, RequestObserved, RequestPlan>,
  "object" | "plan" | "execution" | "paused" | "unstored"
>;

/** Returns the status of a request after a reconciliation. */
export function requestStatus(view: View, nowIso: string, result: StepResult): RequestStatus {
  const { object: { metadata, spec, status: before }, plan, execution, paused, unstored } = view;
  const { state, ready, conditions, status } = afterErrors(view, result);
  const started = hasStarted(before);
  const generation = started ? before?.observedGeneration ?? 0 : metadata.generation ?? 0;
  const stated = new Set(conditions.map(({ type }) => type));
  const kept = (before?.conditions ?? [])
    .filter(({ type }) => started && KEPT.includes(type) && !stated.has(type));
  const isConflict = stated.has(NAME_CONFLICT);
  const statements: Statement[] = [
    ...readiness(ready.progress, ready.reason, ready.message),
    ...KEPT.flatMap((type) => [...kept, ...conditions].filter((one) => one.type === type)),
    ...conditions.filter(({ type }) => !KEPT.includes(type)),
    ...(isConflict ? [] : nameConflict(messagesOf(execution, NAME_CONFLICT))),
    ...reported(REQUEST_REASONS.specChangeRejected, rejectedChange(view)),
    ...crdOutdated(unstored),
    ...configurationWarning(plan.warnings),
    ...pausedIf(paused),
  ];
  const { profilingResults, generatedDeployment, deployment } = { ...before, ...status };
  return {
    observedGeneration: generation,
    state: state || before?.state || "Pending",
    backend: spec?.backend ?? before?.backend ?? "",
    conditions: setConditions(before?.conditions ?? [], statements, { generation, nowIso }),
    ...(started || status
      ? {
        ...(profilingResults && { profilingResults }),
        ...(generatedDeployment && { generatedDeployment }),
        ...(deployment && { deployment }),
      }
      : {}),
  };
}

/**
 * Returns a message if the spec changed after profiling had started. The API server refuses such changes, except
 * changes to the profiler's configuration. With the CRD of the Go operator, the API server accepts all changes.
 */
function rejectedChange({ object: { metadata, status } }: View): string[] {
  const accepted = status?.observedGeneration ?? 0;
  if (!hasStarted(status) || status?.state === "Failed" || accepted <= 0) return [];
  if (accepted === metadata.generation) return [];
  return [
    "The spec has changed after profiling started, and the profiler does not use the change: " +
    "delete the request and create it again to profile the new spec",
  ];
}

/**
 * Returns the state to report in the status. Errors of the executor or of the last action can change the state or its
 * message.
 */
function afterErrors({ execution, paused }: View, { step, failed }: StepResult): Step {
  const { ready } = step;
  if (failed) return withFailure(step, failed);
  const refused = step.state === "Pending"
    ? execution.errors.filter(({ error }) => isTerminal(error))
    : [];
  if (refused.length > 0) {
    const { jobCreationFailed: reason } = REQUEST_REASONS;
    const message = refused.map(describeWriteError).join("; ");
    return failure([isFalse("Profiling", reason, message)], reason, message);
  }
  const waits = [
    ...execution.errors.map(describeWriteError),
    ...messagesOf(execution, WAITING_FOR_DELETION),
    ...(paused && (step.action || step.state === "Pending") ? ["the request is paused"] : []),
  ];
  if (waits.length === 0) return step;
  return { ...step, ready: { ...ready, message: [ready.message, ...waits].join("; ") } };
}

function withFailure(step: Step, { error, message }: NonNullable<StepResult["failed"]>): Step {
  if (step.state !== "Deploying") {
    return { ...step, ready: { ...step.ready, message: `${step.ready.message}; ${message}` } };
  }
  const { deploymentCreationFailed: reason } = REQUEST_REASONS;
  const conditions = [isFalse("DeploymentReady", reason, message)];
  // The request does not fail if the API server refuses the ConfigMaps: the graph still exists and can run.
  const isRefused = isTerminal(error);
  if (isRefused && step.action?.do === "createGraph") return failure(conditions, reason, message);
  const progress = isRefused ? "stalled" : step.ready.progress;
  return { ...step, ready: { progress, reason, message }, conditions };
}

/** Event reasons that differ from the reason of the condition, keyed by the reason of the condition. */
const EVENT_OF: Readonly<Record<string, string>> = {
  [REQUEST_REASONS.profilingRunning]: EVENT_REASONS.profilingJobCreated,
  [REQUEST_REASONS.jobCreationFailed]: EVENT_REASONS.profilingJobFailed,
};
const NORMAL: readonly string[] = [
  REQUEST_REASONS.profilingRunning,
  REQUEST_REASONS.profilingCompleted,
  REQUEST_REASONS.specGenerated,
  REQUEST_REASONS.deploymentCreated,
  REQUEST_REASONS.deploymentReady,
];

/** Returns an event for each condition with a new reason, and an event if the request becomes valid. */
export function requestEvents(
  before: RequestStatus | undefined,
  after: RequestStatus | undefined,
): EventContent[] {
  const reasonOf = (type: string) => before?.conditions?.find((one) => one.type === type)?.reason;
  const changed = (after?.conditions ?? [])
    .filter(({ type, reason }) => KEPT.includes(type) && reason !== reasonOf(type))
    .map(({ reason, message: note }): EventContent => ({
      type: NORMAL.includes(reason) ? "Normal" : "Warning",
      reason: EVENT_OF[reason] ?? reason,
      action: "Reconcile",
      note,
    }));
  const isRejected = (status: RequestStatus | undefined) =>
    status?.conditions?.find(({ reason }) => reason === REQUEST_REASONS.specChangeRejected);
  const rejected = isRejected(after);
  if (rejected && !isRejected(before)) {
    const { reason, message: note } = rejected;
    changed.push({ type: "Warning", reason, action: "Reconcile", note });
  }
  return [...(isAccepted(before, after) ? [initialized()] : []), ...changed];
}

function isAccepted(before: RequestStatus | undefined, after: RequestStatus | undefined): boolean {
  const unaccepted: RequestState[] = ["", "Failed"];
  const accepted: RequestState[] = ["Pending", "Profiling"];
  return unaccepted.some((state) => state === (before?.state ?? "")) &&
    accepted.some((state) => state === after?.state);
}

function initialized(): EventContent {
  const note = "The request is valid";
  return { type: "Normal", reason: EVENT_REASONS.initialized, action: "Reconcile", note };
}
