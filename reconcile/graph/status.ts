import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment, GraphStatus } from "../../crds/kinds/graph.ts";
import { STUCK } from "../component/status.ts";
import { isTransient } from "../../kube/errors.ts";
import { setConditions, type Statement } from "../../kube/conditions.ts";
import type { Observed } from "../apply/observed.ts";
import { outdated } from "../apply/outdated.ts";
import { carriesPlan } from "../apply/plan_hash.ts";
import { components } from "../dynamo/resources.ts";
import { describeWriteError, type Execution, messagesOf } from "../apply/execution.ts";
import type { Reconciliation } from "../engine/reconcile.ts";
import type { GraphPlan } from "./plan.ts";
import { describeProblem } from "../dynamo/problem.ts";
import { nameConflict, pausedIf } from "../dynamo/statements.ts";

/**
 * The status of a graph after a pass, from what is stored now. It is `successful` only if every component carries
 * exactly what is planned and reports its newest generation available; `failed` if something must be changed by a
 * person; `pending` else. Reasons of `Ready` are upstream's four and ValidationFailed.
 */
export function graphStatus(
  { object: graph, plan, observed, execution, paused }: Reconciliation<
    DynamoGraphDeployment,
    Observed,
    GraphPlan
  >,
  nowIso: string,
): GraphStatus {
  const generation = graph.metadata.generation ?? 0;
  const verdict = judge(plan, observed, execution);
  const conditions: Statement[] = [
    {
      type: "Ready",
      status: verdict.state === "successful" ? "True" : "False",
      reason: verdict.reason,
      message: verdict.message,
    },
    ...nameConflict(messagesOf(execution, "NameConflict")),
    ...scalingAdapters(graph),
    ...pausedIf(paused),
  ];
  const services = replicas(graph, plan, observed);
  return {
    observedGeneration: generation,
    state: verdict.state,
    conditions: setConditions(graph.status?.conditions ?? [], conditions, { generation, nowIso }),
    ...(Object.keys(services).length > 0 && { services }),
  };
}

/** What of an execution shows in the status. */
type Outcome = Pick<Execution, "errors" | "blocked">;

interface Verdict {
  state: "successful" | "pending" | "failed";
  reason: string;
  message: string;
}

function judge(plan: GraphPlan, observed: Observed, execution: Outcome): Verdict {
  const invalid = plan.problems.filter(({ reason }) => reason === "ValidationFailed");
  if (invalid.length > 0) {
    const message = `Validation failed: ${invalid.map(describeProblem).join("; ")}`;
    return { state: "failed", reason: "ValidationFailed", message };
  }
  const obstacles = [
    ...plan.problems.map(describeProblem),
    ...execution.errors.filter(({ error }) => !isTransient(error)).map(describeWriteError),
    ...messagesOf(execution, "NameConflict"),
    ...stuckComponents(plan, observed),
  ];
  if (obstacles.length > 0) {
    return {
      state: "failed",
      reason: "failed_to_reconcile_the_resources",
      message: obstacles.join("; "),
    };
  }
  const waiting = [
    ...execution.errors.filter(({ error }) => isTransient(error)).map(describeWriteError),
    ...messagesOf(execution, "WaitingForDeletion"),
    ...messagesOf(execution, "Paused"),
    ...notReady(plan, observed),
  ];
  if (waiting.length > 0) {
    return {
      state: "pending",
      reason: "some_resources_are_not_ready",
      message: `Resources not ready: ${waiting.join("; ")}`,
    };
  }
  return {
    state: "successful",
    reason: "all_resources_are_ready",
    message: "All resources are ready",
  };
}

/** The components as they should be that cannot go on before somebody changes something, and why not. */
function stuckComponents(plan: GraphPlan, observed: Observed): string[] {
  return [...plan.components.values()].flatMap((manifest) => {
    const { name } = manifest.metadata;
    const live = observed.find(components, name);
    if (!live || !carriesPlan(live, { resource: components, manifest }) || !isObserved(live)) {
      return [];
    }
    const available = live.status?.conditions?.find(({ type }) => type === "Available");
    return STUCK.has(available?.reason ?? "") ? [`${name}: ${available?.message}`] : [];
  });
}

/** What is still missing, as `<object>: <why>`: absent children, dying and outdated ones, components not available. */
function notReady(plan: GraphPlan, observed: Observed): string[] {
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
  for (const gone of plan.prune) {
    reasons.push(`${gone.metadata.name}: ${gone.kind} is being removed`);
  }
  return reasons.sort();
}

function componentNotReady(component: DynamoComponentDeployment): string | undefined {
  const available = component.status?.conditions?.find(({ type }) => type === "Available");
  if (!isObserved(component)) {
    return "its newest generation is not observed yet";
  }
  if (available?.status === "True") return undefined;
  return available?.message ?? "it is not available yet";
}

function isObserved({ metadata: { generation = 0 }, status }: DynamoComponentDeployment): boolean {
  return (status?.observedGeneration ?? 0) >= generation;
}

/** The replicas of each service, as its component reports them; a component that has not reported yet has no entry. */
function replicas(
  graph: DynamoGraphDeployment,
  plan: GraphPlan,
  observed: Observed,
): NonNullable<GraphStatus["services"]> {
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

/** Until adapters exist here, a service that asks for one must hear that its own `replicas` decide. */
function scalingAdapters(graph: DynamoGraphDeployment): Statement[] {
  const services = Object.entries(graph.spec?.services ?? {})
    .filter(([, service]) => service.scalingAdapter?.enabled)
    .map(([name]) => name).sort();
  if (services.length === 0) return [];
  return [{
    type: "ScalingAdapterReady",
    status: "False",
    reason: "ScalingAdapterNotSupported",
    message: `Scaling adapters are not available: ${services.join(", ")} ` +
      `scaled by replicas in spec.services`,
  }];
}
