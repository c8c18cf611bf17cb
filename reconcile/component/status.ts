import type { ComponentStatus, DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { setConditions, type Statement } from "../../kube/conditions.ts";
import type { EventContent } from "../../kube/events.ts";
import type { KubeObject } from "../../kube/object.ts";
import { changeEvents, describeWriteError, isRefused, messagesOf } from "../apply/execution.ts";
import { type Observed, outdated } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import { DRIFT_FIGHT, NAME_CONFLICT, NOT_KEPT } from "../apply/reasons.ts";
import {
  conditionOf,
  crdOutdated,
  nameConflict,
  pausedIf,
  type Progress,
  readiness,
  REASONS,
  reported,
  unavailableForMs,
} from "../dynamo/conditions.ts";
import { describeProblem } from "../dynamo/problem.ts";
import { configurationWarning } from "../dynamo/warning.ts";
import type { Reconciliation } from "../engine/reconciled_kind.ts";
import type { Replicas, Workload, WorkloadObserved } from "../workload/workload.ts";
import { workloads } from "../workload/workloads.ts";
import type { ComponentPlan } from "./plan.ts";

/** Reasons of condition `Available` that stay until a user changes the component or a foreign object. */
const STUCK: ReadonlySet<string> = new Set<string>([
  REASONS.validationFailed,
  NAME_CONFLICT,
  REASONS.refused,
]);

type StatusObserved = Observed & Pick<WorkloadObserved, "unobserved">;

/** A reconciliation of a component, from which `componentStatus` derives the status of the component. */
export type ComponentView = Reconciliation<
  DynamoComponentDeployment,
  StatusObserved,
  ComponentPlan
>;

/** Report about the pods of an unavailable component. */
export interface PodReport {
  /** The reasons why pods are not ready, as `podCauses` returns them. */
  causes: readonly string[];
  /** Delay in milliseconds until the operator reads the pods again; absent if the operator does not poll them. */
  pollMs?: number;
}

/**
 * Derives the status of a component from the objects in the stores after a reconciliation. Condition `Available` is
 * True only if every child is as planned and the workload is fully rolled out. The status contains only the conditions
 * of this operator. It omits conditions that only the Go operator sets, such as `Valid`.
 */
export function componentStatus(
  view: ComponentView,
  nowIso: string,
  pods: PodReport = { causes: [] },
): ComponentStatus {
  const { object: component, plan, execution, paused } = view;
  const { generation = 0 } = component.metadata;
  const service = replicas(view);
  const nowMs = Date.parse(nowIso);
  const unavailableMs = unavailableForMs(component.status, nowMs);
  const { progress, reason, message } = availability(view, pods, { unavailableMs, nowMs });
  const ready = progress === "ready";
  const status = ready ? "True" : "False";
  const statements: Statement[] = [
    { type: "Available", status, reason, message },
    {
      type: "DynamoComponentReady",
      status,
      reason: ready ? REASONS.componentReady : REASONS.componentNotReady,
      message,
    },
    ...readiness(progress, reason, message),
    ...crdOutdated(view.unstored),
    ...nameConflict([
      ...plan.problems.filter(({ reason }) => reason === NAME_CONFLICT).map(describeProblem),
      ...messagesOf(execution, NAME_CONFLICT),
    ]),
    ...reported(DRIFT_FIGHT, messagesOf(execution, DRIFT_FIGHT)),
    ...reported(NOT_KEPT, messagesOf(execution, NOT_KEPT)),
    ...configurationWarning(plan.warnings),
    ...pausedIf(paused),
  ];
  return {
    observedGeneration: generation,
    conditions: setConditions(component.status?.conditions ?? [], statements, {
      generation,
      nowIso,
    }),
    ...(service && { service }),
  };
}

interface Availability {
  progress: Progress;
  reason: string;
  message: string;
}

function availability(
  { object, plan, observed, execution }: ComponentView,
  { causes }: PodReport,
  times: Times,
): Availability {
  const { problems, workload } = plan;
  if (object.metadata.deletionTimestamp) {
    return notReady(REASONS.terminating, "The component is being deleted");
  }
  const [problem] = problems;
  if (problem) {
    const why = problems.map(describeProblem).join("; ");
    const invalid = problem.reason === REASONS.validationFailed;
    return notReady(problem.reason, invalid ? `Validation failed: ${why}` : why);
  }
  if (execution.errors.length > 0) {
    const why = execution.errors.map(describeWriteError).join("; ");
    const reason = execution.errors.some(isRefused) ? REASONS.refused : REASONS.reconciling;
    return notReady(reason, `Failed to reconcile DynamoComponentDeployment: ${why}`);
  }
  const [blocked] = execution.blocked;
  if (blocked) {
    return notReady(blocked.reason, execution.blocked.map(({ message }) => message).join("; "));
  }
  const waiting = childrenNotReady(plan, observed, times);
  if (workload && waiting.length === 0) {
    return {
      progress: "ready",
      reason: workload.reasons.ready,
      message: readyMessage(plan, workload),
    };
  }
  const reason = workload && waiting.some(({ runsPods }) => runsPods)
    ? workload.reasons.notReady
    : REASONS.resourcesNotReady;
  const message = [...waiting.map(({ message }) => message), ...causes].join("; ");
  return notReady(reason, message, waiting.some(({ hasStalled }) => hasStalled));
}

function readyMessage({ planned }: ComponentPlan, { resource: { kind } }: Workload): string {
  const names = planned.filter(({ resource }) => resource.kind === kind)
    .map(({ manifest }) => manifest.metadata.name);
  return names.length === 1
    ? `${kind} "${names[0]}" is ready`
    : `${names.length} ${kind}s are ready`;
}

interface Times {
  /** Time in milliseconds since the component became unavailable; 0 for an available component. */
  unavailableMs: number;
  /** Current time in milliseconds since 1970. */
  nowMs: number;
}

interface Waiting {
  message: string;
  /** Whether the child runs the pods of the component. */
  runsPods: boolean;
  hasStalled?: boolean | undefined;
}

/** Returns one message for each planned child that differs from the plan or is not rolled out, with the reason. */
function childrenNotReady(
  { planned, workload }: ComponentPlan,
  observed: StatusObserved,
  times: Times,
): Waiting[] {
  const isWorkload = ({ resource }: Planned) => resource.kind === workload?.resource.kind;
  const count = planned.filter(isWorkload).length;
  return planned.flatMap((item): Waiting[] => {
    const { resource, manifest: { kind, metadata: { name } } } = item;
    const runsPods = isWorkload(item);
    const missing = outdated(item, observed);
    if (missing) return [{ runsPods, message: `${kind} "${name}" ${missing}` }];
    const live = runsPods ? observed.find(resource, name) : undefined;
    const isBehind = live && observed.unobserved?.has(live.metadata.uid ?? "");
    const why = isBehind
      ? "its newest generation is not observed yet"
      : live && workload?.notReady(live);
    if (!live || !why) return [];
    const message = `${kind} "${name}" is not ready: ${why}`;
    const hasStalled = workload?.hasStalled?.(live, unavailableMsOf(live, times), count);
    return [{ runsPods, message, hasStalled }];
  });
}

/**
 * Returns how long a workload has been unavailable, in milliseconds. The result is at most the age of the workload,
 * even if the component became unavailable before the operator created the workload.
 */
function unavailableMsOf({ metadata }: KubeObject, { unavailableMs, nowMs }: Times): number {
  const { creationTimestamp } = metadata;
  if (creationTimestamp === undefined) return unavailableMs;
  return Math.min(unavailableMs, nowMs - Date.parse(creationTimestamp));
}

function notReady(reason: string, message: string, stalled = STUCK.has(reason)): Availability {
  return { progress: stalled ? "stalled" : "reconciling", reason, message };
}

/**
 * Returns the replicas of the component's workload. Searches all workload kinds, because an invalid component has no
 * planned workload. A workload of an earlier generation may still run.
 */
function replicas({ object, plan: { workload }, observed }: ComponentView): Replicas | undefined {
  const candidates = workload ? [workload, ...workloads] : workloads;
  return candidates.map((candidate) => {
    const owned = observed.owned.filter(({ kind }) => kind === candidate.resource.kind);
    return candidate.replicas(object.metadata.name, owned);
  }).find((counted) => counted !== undefined);
}

/**
 * Returns the events of a reconciliation. They report pruned, adopted and repaired children. A Warning event reports a
 * component that stays unavailable until a user changes something. The operator sends this event only if the message of
 * condition `Available` has changed.
 */
export function componentEvents(
  { execution }: Pick<Reconciliation<unknown, unknown, unknown>, "execution">,
  before: ComponentStatus | undefined,
  after: ComponentStatus | undefined,
): EventContent[] {
  const events = changeEvents(execution);
  const now = conditionOf(after, "Available");
  if (now && STUCK.has(now.reason) && now.message !== conditionOf(before, "Available")?.message) {
    events.push({ type: "Warning", reason: now.reason, action: "Reconcile", note: now.message });
  }
  return events;
}
