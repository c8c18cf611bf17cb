import type { DynamoModel, ModelStatus } from "../../crds/kinds/model.ts";
import { setConditions, type Statement } from "../../kube/conditions.ts";
import type { EventContent } from "../../kube/events.ts";
import { describeWriteError } from "../apply/execution.ts";
import {
  conditionOf,
  crdOutdated,
  pausedIf,
  type Progress,
  readiness,
  REASONS,
} from "../dynamo/conditions.ts";
import { describeProblem } from "../dynamo/problem.ts";
import type { Reconciliation } from "../engine/reconciled_kind.ts";
import { isLora, isSameAdapter, recordedAdapter } from "./adapter.ts";
import { describeFailures } from "./describe_failures.ts";
import { endpointUrl } from "./endpoints.ts";
import type { ModelObserved, ModelPlan } from "./plan.ts";

/** A reconciliation of a model. */
export type ModelView = Reconciliation<DynamoModel, ModelObserved, ModelPlan>;

/** Returns the status of a model after the requests to its endpoints. */
export function modelStatus(view: ModelView, nowIso: string): ModelStatus {
  const { object: model, plan, paused, unstored } = view;
  const { generation = 0 } = model.metadata;
  const { progress, reason, message } = readinessOf(view);
  const statements: Statement[] = [
    ...endpointConditions(model, plan),
    ...readiness(progress, reason, message),
    ...crdOutdated(unstored),
    ...pausedIf(paused),
  ];
  const adapter = adapterToRecord(model, plan);
  return {
    observedGeneration: generation,
    ...(plan.endpoints.length > 0 && {
      endpoints: plan.endpoints.map(({ endpoint, isLoaded }) => ({
        address: endpointUrl(endpoint),
        podName: endpoint.podName,
        ready: isLoaded,
      })),
    }),
    totalEndpoints: plan.endpoints.length,
    readyEndpoints: loadedCount(plan),
    ...(adapter && { adapter }),
    conditions: setConditions(model.status?.conditions ?? [], statements, { generation, nowIso }),
  };
}

/** Returns the conditions that the Go operator also sets, with the same reasons and messages. */
function endpointConditions(model: DynamoModel, plan: ModelPlan): Statement[] {
  const total = plan.endpoints.length;
  const loaded = loadedCount(plan);
  const services = { type: "ServicesFound" };
  const endpoints = { type: "EndpointsReady" };
  if (total === 0) {
    const message = noEndpoints(model);
    return [
      { ...services, status: "False", reason: REASONS.noServicesFound, message },
      { ...endpoints, status: "False", reason: REASONS.noEndpoints, message },
    ];
  }
  const found: Statement = {
    ...services,
    status: "True",
    reason: REASONS.servicesFound,
    message: "Found 1 service(s)",
  };
  if (!isLora(model)) {
    const message = `Found ${total} endpoint(s) for base model`;
    return [found, { ...endpoints, status: "True", reason: REASONS.endpointsDiscovered, message }];
  }
  if (loaded === total) {
    const message = `All ${total} endpoint(s) are ready`;
    return [found, { ...endpoints, status: "True", reason: REASONS.allEndpointsReady, message }];
  }
  const message = `Found ${loaded} ready endpoint(s) out of ${total} total`;
  return [found, { ...endpoints, status: "False", reason: REASONS.notReady, message }];
}

/** Returns the progress of a model, and the reason and the message of its condition `Ready`. */
function readinessOf(
  { object: model, plan, execution }: ModelView,
): { progress: Progress; reason: string; message: string } {
  const total = plan.endpoints.length;
  const loaded = loadedCount(plan);
  const [problem] = plan.problems;
  if (problem) {
    const { reason } = problem;
    const failure = reason === REASONS.validationFailed ? "Validation failed" : "Not loaded";
    const message = `${failure}: ${plan.problems.map(describeProblem).join("; ")}`;
    return { progress: "stalled", reason, message };
  }
  if (execution.errors.length > 0) {
    const message = execution.errors.map(describeWriteError).join("; ");
    return { progress: "reconciling", reason: REASONS.reconciling, message };
  }
  if (total === 0) {
    const message = `${noEndpoints(model)}: no running pod belongs to a component whose ` +
      `modelRef.name is "${model.spec.baseModelName}"`;
    return { progress: "reconciling", reason: REASONS.noEndpoints, message };
  }
  if (!isLora(model)) {
    const message = `${total} endpoint(s) serve the base model`;
    return { progress: "ready", reason: REASONS.endpointsDiscovered, message };
  }
  const counts = `${loaded} of ${total} endpoint(s) have loaded "${model.spec.modelName}"`;
  if (loaded === total) {
    return { progress: "ready", reason: REASONS.allEndpointsReady, message: counts };
  }
  const failed = plan.endpoints.flatMap(({ endpoint, failed, isLoaded }) =>
    failed && !isLoaded ? [{ endpoint, failure: failed.failure }] : []
  );
  if (failed.length === 0) {
    return { progress: "reconciling", reason: REASONS.notReady, message: counts };
  }
  const message = `${counts}; ${describeFailures(failed)}`;
  return { progress: "reconciling", reason: REASONS.partialEndpointFailure, message };
}

function noEndpoints({ spec }: DynamoModel): string {
  return `No endpoint slices found for base model ${spec?.baseModelName ?? ""}`;
}

function loadedCount({ endpoints }: ModelPlan): number {
  return endpoints.filter(({ isLoaded }) => isLoaded).length;
}

/**
 * Returns the adapter to record in the status. The status keeps the former adapter until every endpoint has loaded the
 * new one, so that a restarted operator can still unload the former adapter.
 */
function adapterToRecord({ status }: DynamoModel, { adapter, endpoints }: ModelPlan) {
  const before = recordedAdapter(status);
  const isReplaced = before !== undefined && !isSameAdapter(before, adapter);
  return isReplaced && endpoints.some(({ isLoaded }) => !isLoaded) ? before : adapter ?? before;
}

/** Returns an event if condition `Ready` has a new reason; no event for a reason that only describes progress. */
export function modelEvents(
  before: ModelStatus | undefined,
  after: ModelStatus | undefined,
): EventContent[] {
  const ready = conditionOf(after, "Ready");
  if (!ready || ready.reason === conditionOf(before, "Ready")?.reason) return [];
  const event = EVENTS[ready.reason];
  return event ? [{ ...event, action: "Reconcile", note: ready.message }] : [];
}

/** Events, keyed by the reason of condition `Ready`. The events have the same reasons as in the Go operator. */
const EVENTS: Readonly<Record<string, Pick<EventContent, "type" | "reason">>> = {
  [REASONS.allEndpointsReady]: { type: "Normal", reason: REASONS.endpointsReady },
  [REASONS.endpointsDiscovered]: { type: "Normal", reason: REASONS.endpointsDiscovered },
  [REASONS.noEndpoints]: { type: "Warning", reason: REASONS.noEndpointsFound },
  [REASONS.partialEndpointFailure]: { type: "Warning", reason: REASONS.partialEndpointFailure },
};
