import type { DdbctlDpJob, PartitionJobStatus } from "../../crds/kinds/partition_job.ts";
import { partitionTarget } from "../../crds/kinds/partition_target.ts";
import { isPaused } from "../../crds/labels.ts";
import { setConditions, type Statement } from "../../kube/conditions.ts";
import type { EventContent } from "../../kube/events.ts";
import { conditionOf, nameConflict, pausedIf, readiness } from "../dynamo/conditions.ts";
import { type EndState, isFinished } from "./end_state.ts";
import { jobName } from "./job.ts";
import type { PartitionObserved } from "./observed.ts";
import { ownJob, type PartitionPlan, type Step } from "./plan.ts";
import { EVENT, REASON } from "./reasons.ts";
import { type Totals, totals } from "./totals.ts";

export interface PartitionView {
  object: DdbctlDpJob;
  /** Observed state of the cluster after the step. */
  observed: PartitionObserved;
  plan: PartitionPlan;
  /** Error that prevented the step, in one line. */
  failure?: string | undefined;
}

/** Phase and message of the status, and the reason of its conditions. */
interface Progress {
  phase: PartitionJobStatus["phase"];
  reason: string;
  message: string;
}

/** Returns the status of a partition deletion. After the final result, only `observedGeneration` changes. */
export function partitionStatus(view: PartitionView, nowIso: string): PartitionJobStatus {
  const { object, observed, plan: { endState, step } } = view;
  const { attempts, earlierAttempts, pods } = observed;
  const { metadata: { generation = 0, name }, status: before } = object;
  if (before && isFinished(object)) return { ...before, observedGeneration: generation };

  const sums = totals(earlierAttempts, attempts, before?.itemsFound);
  const begun = attempts.length > 0 || earlierAttempts !== undefined;
  const { phase, reason, message } = endState
    ? endProgress(object, endState, sums)
    : currentProgress(view, begun, sums);
  const statement = (type: string, truePhase: Progress["phase"]): Statement => {
    return { type, status: phase === truePhase ? "True" : "False", reason, message };
  };
  const startTime = before?.startTime ?? (begun ? pods[0]?.startedAt ?? nowIso : undefined);
  const completionTime = endState && (attempts.at(-1)?.endedAt ?? nowIso);
  const isConflict = step.do === "wait" && step.reason === REASON.nameConflict;
  const statements: Statement[] = [
    statement("Complete", "Succeeded"),
    statement("Failed", "Failed"),
    statement("Progressing", "Running"),
    ...readiness(progressOf(phase, reason), reason, message),
    ...nameConflict(isConflict ? [step.message] : []),
    ...awaitingApproval(step),
    ...pausedIf(!endState && isPaused(object)),
  ];
  return {
    observedGeneration: generation,
    phase,
    tableName: partitionTarget(object.spec).tableName,
    ...((begun || ownJob(object, observed.job)) && { jobName: jobName(name) }),
    ...(startTime && { startTime }),
    ...(completionTime && { completionTime }),
    ...(begun && sums),
    message,
    ...(attempts.length > 0 && { attempts: [...attempts] }),
    ...(earlierAttempts && { earlierAttempts }),
    conditions: setConditions(before?.conditions ?? [], statements, { generation, nowIso }),
  };
}

/** Reasons why the operator does not create a Job until a user changes something. */
const STALLED: readonly string[] = [
  REASON.ageUnknown,
  REASON.awaitingApproval,
  REASON.nameConflict,
  REASON.jobImageMissing,
  REASON.jobRefused,
];

function progressOf(phase: PartitionJobStatus["phase"], reason: string) {
  if (phase === "Succeeded") return "ready";
  return phase === "Failed" || STALLED.includes(reason) ? "stalled" : "reconciling";
}

function awaitingApproval(step: Step): Statement[] {
  const reasons: readonly string[] = [REASON.awaitingApproval, REASON.ageUnknown];
  if (step.do !== "wait" || !reasons.includes(step.reason)) return [];
  const { reason, message } = step;
  return [{ type: REASON.awaitingApproval, status: "True", reason, message }];
}

function endProgress(object: DdbctlDpJob, endState: EndState, sums: Totals): Progress {
  const { tableName } = partitionTarget(object.spec);
  const { phase, reason } = endState;
  if (phase === "Failed") {
    const deleted = sums.itemsDeleted > 0 ? `; ${items(sums.itemsDeleted)} had been deleted` : "";
    return { phase, reason, message: truncate(`${endState.message ?? ""}${deleted}`) };
  }
  const message = reason === "Counted"
    ? `The partition in table "${tableName}" has ${items(sums.itemsFound ?? 0)}; none was deleted`
    : `Deleted ${items(sums.itemsDeleted)} from table "${tableName}"`;
  return { phase, reason, message };
}

function currentProgress(view: PartitionView, begun: boolean, sums: Totals): Progress {
  const { object, observed, plan: { step }, failure } = view;
  const { pods, attempts } = observed;
  const phase = begun ? "Running" : "Pending";
  const active = pods.find(({ state }) => state !== "ended");
  const count = countText(sums, object.spec.dryRun ?? false);
  if (failure) return { phase, reason: REASON.jobRefused, message: truncate(failure) };
  if (step.do === "wait") return { phase, reason: step.reason, message: step.message };
  if (object.spec.suspend) {
    const reason = active ? REASON.suspending : REASON.suspended;
    return active
      ? { phase, reason, message: `Stopping after the current batch; ${count}` }
      : { phase: "Suspended", reason, message: `Suspended; ${count}` };
  }
  const last = attempts.at(-1);
  if (active?.state === "running") {
    return { phase, reason: last?.phase ?? REASON.starting, message: sentence(count) };
  }
  const startError = active?.startError ?? observed.podWarning?.message;
  if (active && startError) {
    const message = truncate(`Pod "${active.metadata.name}" cannot start: ${startError}`);
    return { phase, reason: REASON.podNotStarting, message };
  }
  if (observed.podRefusal !== undefined && active === undefined) {
    const message = truncate(`The API server refuses the pod: ${observed.podRefusal}; ${count}`);
    return { phase, reason: REASON.podRefused, message };
  }
  if (last?.endedAt !== undefined && active === undefined) {
    const why = last.message ? `: ${last.message}` : "";
    const message = truncate(`The last pod ended early${why}; ${count}`);
    return { phase, reason: REASON.retrying, message };
  }
  return {
    phase,
    reason: REASON.podStarting,
    message: begun ? sentence(count) : "Waiting for the first pod",
  };
}

function countText({ itemsFound, itemsDeleted }: Totals, dryRun: boolean): string {
  if (itemsFound === undefined) return "the items are not counted yet";
  if (dryRun) return `${items(itemsFound)} counted, none will be deleted`;
  return `${itemsDeleted} of ${items(itemsFound)} deleted`;
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function items(count: number): string {
  return count === 1 ? "1 item" : `${count} items`;
}

/** Truncates a message to the maximum length that the CRD allows. */
function truncate(message: string): string {
  return message.length > 2048 ? `${message.slice(0, 2047)}…` : message;
}

/** Returns the Kubernetes events that report an applied step. No event contains the partition value. */
export function stepEvents(name: string, applied: Step): EventContent[] {
  if (applied.do === "create") {
    return [normal(EVENT.jobCreated, "Create", `Created Job "${jobName(name)}"`)];
  }
  if (applied.do !== "suspend") return [];
  return applied.suspend
    ? [normal(EVENT.suspended, "Suspend", "Stops after the current batch")]
    : [normal(EVENT.resumed, "Resume", "Continues with the remaining items")];
}

/** Returns the events for a status change: the final result, a new name conflict, or a new request for approval. */
export function statusEvents(
  before: PartitionJobStatus | undefined,
  after: PartitionJobStatus,
): EventContent[] {
  const { phase, message = "" } = after;
  const events: EventContent[] = [];
  const hasEnded = phase !== before?.phase;
  if (hasEnded && phase === "Succeeded") events.push(normal(EVENT.completed, "Delete", message));
  if (hasEnded && phase === "Failed") {
    events.push(warning(EVENT.failed, `${conditionOf(after, "Failed")?.reason}: ${message}`));
  }
  for (const type of [EVENT.nameConflict, EVENT.awaitingApproval]) {
    const condition = conditionOf(after, type);
    if (condition && !conditionOf(before, type)) events.push(warning(type, condition.message));
  }
  return events;
}

function normal(reason: string, action: string, note: string): EventContent {
  return { type: "Normal", reason, action, note };
}

function warning(reason: string, note: string): EventContent {
  return { type: "Warning", reason, action: "Reconcile", note };
}
