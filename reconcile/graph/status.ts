import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment, GraphStatus } from "../../crds/kinds/graph.ts";
import { setConditions, type Statement } from "../../kube/conditions.ts";
import { isTransient } from "../../kube/errors.ts";
import type { EventContent } from "../../kube/events.ts";
import { changeEvents, messagesOf } from "../apply/execution.ts";
import { type Observed, outdated } from "../apply/observed.ts";
import { carriesPlan } from "../apply/plan_hash.ts";
import {
  DRIFT_FIGHT,
  NAME_CONFLICT,
  NOT_KEPT,
  PAUSED,
  WAITING_FOR_DELETION,
} from "../apply/reasons.ts";
import {
  conditionOf,
  crdOutdated,
  nameConflict,
  pausedIf,
  type Progress,
  readiness,
  REASONS,
  reported,
} from "../dynamo/conditions.ts";
import { unreadableMessage } from "../dynamo/unreadable_status.ts";
import { describeProblem } from "../dynamo/problem.ts";
import { configurationWarning } from "../dynamo/warning.ts";
import { components } from "../dynamo/resources.ts";
import type { Reconciliation } from "../engine/reconciled_kind.ts";
import { describeGroveError } from "../grove/write_errors.ts";
import { hasStalled, isAvailable, isObserved } from "./component_state.ts";
import {
  type GroveFindings,
  groveReasons,
  groveReplicas,
  NO_FINDINGS,
  podCliqueSetApplied,
} from "./grove_status.ts";
import {
  formerOrchestrator,
  migrating,
  migrationEvents,
  migrationWaits,
} from "./migration_status.ts";
import { chooseOrchestrator } from "./orchestrator_choice.ts";
import type { GraphObserved } from "./observed.ts";
import type { GraphPlan } from "./plan.ts";
import { restartEvents } from "./restart_events.ts";

/**
 * Returns the status of a graph, from the objects in the stores after a reconciliation. The state is `successful` only
 * if every component is as planned and reports its newest generation as available. On Grove, it is `successful` only if
 * Grove runs the planned PodCliqueSet completely. The state is `failed` if a user must change something, and `pending`
 * otherwise. If the operator cannot read a kind that a component needs, the state is based on the last known state of
 * the component, and condition `Ready` is not True.
 *
 * @param pvcResizes the condition that reports PVCs which the operator could not resize
 * @param findings findings about the pods of a graph on Grove
 */
export function graphStatus(
  reconciliation: Reconciliation<DynamoGraphDeployment, GraphObserved, GraphPlan>,
  nowIso: string,
  pvcResizes: readonly Statement[] = [],
  findings: GroveFindings = NO_FINDINGS,
): GraphStatus {
  const { object: graph, plan, observed, execution, paused, unstored } = reconciliation;
  const generation = graph.metadata.generation ?? 0;
  const { state, progress = PROGRESS[state], reason, message } = readinessOf(
    reconciliation,
    findings,
  );
  const conditions: Statement[] = [
    ...readiness(progress, reason, message),
    ...crdOutdated(unstored),
    ...nameConflict(messagesOf(execution, NAME_CONFLICT)),
    ...held(plan),
    ...migrating(plan, paused),
    ...podCliqueSetApplied(plan, execution),
    ...plannerBound(plan),
    ...reported(DRIFT_FIGHT, messagesOf(execution, DRIFT_FIGHT)),
    ...reported(NOT_KEPT, messagesOf(execution, NOT_KEPT)),
    ...configurationWarning(plan.warnings),
    ...pvcResizes,
    ...pausedIf(paused),
  ];
  const services = replicas(graph, plan, observed);
  const orchestrator = orchestratorRecord(graph, plan, observed);
  const restart = plan.restart ? plan.restart.status : graph.status?.restart;
  return {
    observedGeneration: generation,
    state,
    ...(orchestrator && { orchestrator }),
    conditions: setConditions(graph.status?.conditions ?? [], conditions, { generation, nowIso }),
    ...(Object.keys(services).length > 0 && { services }),
    ...(restart && { restart }),
  };
}

type State = "successful" | "pending" | "failed";

const PROGRESS: Readonly<Record<State, Progress>> = {
  successful: "ready",
  pending: "reconciling",
  failed: "stalled",
};

interface Readiness {
  state: State;
  /** Progress of the graph. By default, the state determines the progress. */
  progress?: Progress;
  reason: string;
  message: string;
}

function readinessOf(
  { plan, observed, execution, paused }: Reconciliation<
    DynamoGraphDeployment,
    GraphObserved,
    GraphPlan
  >,
  findings: GroveFindings,
): Readiness {
  if (plan.problems.some(({ reason }) => reason === REASONS.validationFailed)) {
    const message = `Validation failed: ${plan.problems.map(describeProblem).join("; ")}`;
    return { state: "failed", reason: REASONS.validationFailed, message };
  }
  const failures = [
    ...plan.problems.map(describeProblem),
    ...execution.errors.filter(({ error }) => !isTransient(error)).map(describeGroveError),
    ...messagesOf(execution, NAME_CONFLICT),
    ...stuckComponents(plan, observed),
  ];
  if (failures.length > 0) {
    return { state: "failed", reason: REASONS.reconcileFailed, message: failures.join("; ") };
  }
  const waiting = [
    ...execution.errors.filter(({ error }) => isTransient(error)).map(describeGroveError),
    ...messagesOf(execution, WAITING_FOR_DELETION),
    ...messagesOf(execution, PAUSED),
    ...messagesOf({ blocked: execution.blocked }, DRIFT_FIGHT),
    ...notReady(plan, observed, paused),
    ...notReadyOnGrove(plan, observed, findings),
    ...migrationWaits(plan, paused),
  ];
  if (waiting.length > 0) {
    const message = `Resources not ready: ${waiting.join("; ")}`;
    return { state: "pending", reason: REASONS.someNotReady, message };
  }
  const unreadable = unreadableKinds(plan, observed);
  if (unreadable.length > 0) {
    const why = { reason: REASONS.kindUnreadable, message: unreadable.join("; ") };
    return { state: "successful", progress: "unknown", ...why };
  }
  return { state: "successful", reason: REASONS.allReady, message: "All resources are ready" };
}

/**
 * Returns `<component>: <reason>` for each component that is as planned, but cannot become ready until a user changes
 * something.
 */
function stuckComponents(plan: GraphPlan, observed: Observed): string[] {
  return [...plan.components.values()].flatMap((manifest) => {
    const { name } = manifest.metadata;
    const live = observed.find(components, name);
    const planned = { resource: components, manifest };
    if (!live || !carriesPlan(live, planned) || !hasStalled(live)) return [];
    return [`${name}: ${conditionOf(live.status, "Stalled")?.message}`];
  });
}

/**
 * Returns `<object>: <reason>` for each unavailable component and each child that is absent, outdated or being deleted.
 */
function notReady(plan: GraphPlan, observed: Observed, paused: boolean): string[] {
  const reasons: string[] = [];
  for (const planned of plan.planned) {
    const { kind, metadata: { name } } = planned.manifest;
    const why = outdated(planned, observed);
    if (why) reasons.push(`${name}: ${kind} ${why}`);
    else if (planned.resource.kind === components.kind) {
      const component = observed.find(components, name);
      const why = component && componentNotReady(component);
      if (why) reasons.push(`${name}: ${why}`);
    }
  }
  for (const { kind, metadata } of plan.prune) {
    const why = paused && !metadata.deletionTimestamp
      ? "is no longer needed; the operator deletes it after the pause"
      : "is being deleted";
    reasons.push(`${metadata.name}: ${kind} ${why}`);
  }
  return reasons.sort();
}

/** Returns `<graph>: <reason>` if Grove does not run the planned pods of the graph. */
function notReadyOnGrove(
  { grove: plan }: GraphPlan,
  { grove }: GraphObserved,
  findings: GroveFindings,
): string[] {
  if (!plan || !grove) return [];
  const reasons = groveReasons(plan, grove, findings);
  const name = plan.podCliqueSet?.manifest.metadata.name;
  return reasons.length > 0 ? [`${name}: ${reasons.join("; ")}`] : [];
}

/**
 * Returns the orchestrator for the status of a graph. The status records the orchestrator when the first object that
 * runs pods exists. Until then, a new graph may use an orchestrator that is installed later, and a migrating graph
 * keeps the former orchestrator.
 */
function orchestratorRecord(
  graph: DynamoGraphDeployment,
  { orchestrator, migration }: GraphPlan,
  { grove, owned }: GraphObserved,
): GraphStatus["orchestrator"] {
  if (migration) return formerOrchestrator(graph, migration);
  const isRunning = orchestrator === "grove"
    ? grove?.podCliqueSet !== undefined
    : owned.some(({ kind }) => kind === components.kind);
  return isRunning && orchestrator ? orchestrator : graph.status?.orchestrator;
}

function componentNotReady(component: DynamoComponentDeployment): string | undefined {
  if (isAvailable(component)) return undefined;
  const unreadable = unreadableMessage(component.status);
  if (unreadable !== undefined) return unreadable;
  if (!isObserved(component)) return "its newest generation is not observed yet";
  return conditionOf(component.status, "Available")?.message ?? "it is not available yet";
}

/**
 * Returns the messages of components about kinds that the operator cannot read. Removes duplicates, so that the status
 * of the graph does not change when another component reports the same kinds.
 */
function unreadableKinds(plan: GraphPlan, observed: Observed): string[] {
  const messages = [...plan.components.values()].flatMap(({ metadata: { name } }) => {
    return unreadableMessage(observed.find(components, name)?.status) ?? [];
  });
  return [...new Set(messages)];
}

/**
 * Returns the replicas of each service, as its component or Grove reports them. If the graph is invalid or migrates to
 * Grove, the plan contains no components, so the function uses the existing components.
 */
function replicas(
  graph: DynamoGraphDeployment,
  plan: GraphPlan,
  observed: GraphObserved,
): NonNullable<GraphStatus["services"]> {
  const { wasGrove } = chooseOrchestrator(graph, observed);
  if (wasGrove) return observed.grove ? groveReplicas(graph, observed.grove) : {};
  const wanted = new Set(Object.keys(graph.spec?.services ?? {}));
  const names = plan.components.size > 0
    ? [...plan.components.values()].map(({ metadata }) => metadata.name)
    : observed.owned.filter(({ kind }) => kind === components.kind)
      .map(({ metadata }) => metadata.name);
  const entries = names.flatMap((name) => {
    const component = observed.find(components, name);
    const service = component?.spec.serviceName;
    const reported = component?.status?.service;
    return service && reported && wanted.has(service) ? [[service, reported] as const] : [];
  });
  return Object.fromEntries(entries);
}

/**
 * Returns a condition if the graph runs on Grove, or must run there, but the API server does not serve Grove. The
 * operator then does not change any child.
 */
function held({ problems }: GraphPlan): Statement[] {
  const reason = REASONS.groveNotServed;
  const messages = problems.filter((problem) => problem.reason === reason).map(describeProblem);
  if (messages.length === 0) return [];
  return [{ type: "Held", status: "True", reason, message: messages.join("; ") }];
}

/** Returns a condition if a foreign RoleBinding determines the permissions of the planner. */
function plannerBound({ plannerConflict: message }: GraphPlan): Statement[] {
  if (!message) return [];
  return [{ type: "PlannerBound", status: "False", reason: REASONS.foreignRoleBinding, message }];
}

/**
 * Returns the events of a reconciliation: pruned and repaired children, the start and the end of a restart or
 * migration, and a new state of the graph. There is no event for an unchanged state, so that a rollout emits few
 * events.
 */
export function graphEvents(
  { execution }: Reconciliation<DynamoGraphDeployment, GraphObserved, GraphPlan>,
  before: GraphStatus | undefined,
  after: GraphStatus | undefined,
): EventContent[] {
  const events = [
    ...changeEvents(execution),
    ...restartEvents(before?.restart, after?.restart),
    ...migrationEvents(before, after),
  ];
  const ready = conditionOf(after, "Ready");
  if (!ready || before?.state === after?.state) return events;
  const { reason, message: note } = ready;
  if (after?.state === "successful") {
    events.push({ type: "Normal", reason: REASONS.ready, action: "Reconcile", note });
  }
  if (after?.state === "failed") {
    const invalid = reason === REASONS.validationFailed;
    events.push({
      type: "Warning",
      reason: invalid ? reason : REASONS.failed,
      action: "Reconcile",
      note,
    });
  }
  return events;
}
