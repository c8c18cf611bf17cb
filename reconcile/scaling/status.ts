import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type {
  DynamoGraphDeploymentScalingAdapter,
  ScalingAdapterStatus,
} from "../../crds/kinds/scaling_adapter.ts";
import { setConditions, type Statement } from "../../kube/conditions.ts";
import type { EventContent } from "../../kube/events.ts";
import { describeWriteError, messagesOf } from "../apply/execution.ts";
import { DRIFT_FIGHT } from "../apply/reasons.ts";
import { crdOutdated, pausedIf, readiness, REASONS, reported } from "../dynamo/conditions.ts";
import type { Reconciliation } from "../engine/reconciled_kind.ts";
import { requestedReplicas } from "./determined_replicas.ts";
import { podSelector } from "./pod_selector.ts";
import type { Scaling } from "./scaling.ts";

/** Input for the plan of an adapter: the graph of the adapter, if the graph exists. */
export interface ScalingObserved {
  readonly graph: DynamoGraphDeployment | undefined;
}

export type ScalingReconciliation = Reconciliation<
  DynamoGraphDeploymentScalingAdapter,
  ScalingObserved,
  Scaling
>;

/**
 * Returns the status of an adapter. As in the Go operator, `replicas` is the number in the graph, not the number of
 * pods. `lastScaleTime` is the time when the operator last changed that number.
 *
 * @param written whether the operator has written the replicas to the graph
 */
export function scalingStatus(
  view: ScalingReconciliation,
  nowIso: string,
  written: boolean,
): ScalingAdapterStatus {
  const { object: adapter, plan, observed: { graph }, paused, unstored } = view;
  const { status } = adapter;
  const { generation = 0 } = adapter.metadata;
  const statements = [
    ...ready(view, written),
    ...reported(DRIFT_FIGHT, messagesOf(view.execution, DRIFT_FIGHT)),
    ...crdOutdated(unstored),
    ...pausedIf(paused),
  ];
  const conditions = setConditions(status?.conditions ?? [], statements, { generation, nowIso });
  const serviceName = adapter.spec?.dgdRef.serviceName ?? "";
  const service = plan.problem ? undefined : graph?.spec?.services?.[serviceName];
  const lastScaleTime = written ? nowIso : status?.lastScaleTime;
  const replicas = written
    ? adapter.spec.replicas
    : service
    ? requestedReplicas(service)
    : status?.replicas;
  const selector = graph && service && podSelector(graph, serviceName, adapter.spec.replicas);
  return {
    observedGeneration: generation,
    conditions,
    ...(replicas !== undefined && { replicas }),
    ...(selector !== undefined && { selector }),
    ...(lastScaleTime !== undefined && { lastScaleTime }),
  };
}

function ready(
  { object: adapter, plan: { problem, change }, execution }: ScalingReconciliation,
  written: boolean,
): Statement[] {
  if (problem) return readiness("stalled", problem.reason, problem.message);
  const { name, serviceName } = adapter.spec.dgdRef;
  const [failure] = execution.errors;
  if (failure) return readiness("reconciling", REASONS.updateFailed, describeWriteError(failure));
  if (change && !written) {
    const message = `The operator has not written the replicas to graph "${name}" yet`;
    return readiness("reconciling", REASONS.reconciling, message);
  }
  const message = `The adapter determines the replicas of service "${serviceName}"`;
  return readiness("ready", REASONS.synced, message);
}

/** Returns the events about changed replicas in the graph, with the reasons of the Go operator. */
export function scalingEvents({ plan, execution }: ScalingReconciliation): EventContent[] {
  const { change } = plan;
  if (!change) return [];
  const { service, from, to } = change;
  const failed = execution.errors.map((error): EventContent => ({
    type: "Warning",
    reason: REASONS.updateFailed,
    action: "Scale",
    note: describeWriteError(error),
  }));
  if (execution.writes.length === 0) return failed;
  const note = `Scaled service ${service} from ${from} to ${to} replicas`;
  return [{ type: "Normal", reason: REASONS.scaled, action: "Scale", note }];
}
