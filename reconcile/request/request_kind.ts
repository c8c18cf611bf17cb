import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { FINALIZER, isPaused, REQUEST } from "../../crds/labels.ts";
import { isAlreadyExists, isConflict } from "../../kube/errors.ts";
import type { EventRecorder } from "../../kube/events.ts";
import { isHeldBack } from "../../kube/write_gate.ts";
import { describeWriteError, refOf } from "../apply/execution.ts";
import { isNamespaceTerminating } from "../apply/write_errors.ts";
import { UPGRADE_CRDS } from "../dynamo/conditions.ts";
import { requests } from "../dynamo/resources.ts";
import { unreadableStatus } from "../dynamo/unreadable_status.ts";
import { combineOutcomes, done, requeueAfter, terminalOrThrow } from "../engine/outcome.ts";
import type { Moment, ReconciledKind } from "../engine/reconciled_kind.ts";
import type { AccountConfig } from "./account.ts";
import { act, type ActionContext, type ActionResult } from "./act.ts";
import type { RequestObserved } from "./observed.ts";
import { emptyPlan, isFinal, planRequest } from "./plan.ts";
import { EVENT_REASONS } from "./reasons.ts";
import { requestEvents, requestStatus, type StepResult } from "./status.ts";
import type { Action, RequestPlan, Step } from "./step.ts";

/**
 * Maximum number of actions in one reconciliation. The longest sequence of actions creates the graph and its
 * ConfigMaps.
 */
const MAX_ACTIONS = 4;

/** Dependencies of the reconciliation of requests. */
export interface RequestContext extends Omit<ActionContext, "signal"> {
  recorder: Pick<EventRecorder, "event">;
  config: AccountConfig;
  gather(request: DynamoGraphDeploymentRequest, moment: Moment): Promise<RequestObserved>;
}

/**
 * Returns the functions that reconcile requests. They derive the state of a request from observed objects. After each
 * action, the operator observes the cluster and plans again, so the status reports only completed actions.
 */
export function requestKind(
  context: RequestContext,
): ReconciledKind<DynamoGraphDeploymentRequest, RequestObserved, RequestPlan, StepResult> {
  const { gather, config, recorder } = context;

  async function take(
    request: DynamoGraphDeploymentRequest,
    action: Action,
    signal: AbortSignal,
  ): Promise<"outdated" | ActionResult | Required<Pick<StepResult, "failed">>> {
    let result: ActionResult;
    try {
      result = await act({ ...context, signal }, request, action);
    } catch (error) {
      // These errors mean that the stores were out of date, or that the namespace is being deleted. The operator then
      // reconciles the request again.
      if (isAlreadyExists(error) || isConflict(error) || isNamespaceTerminating(error)) {
        return "outdated";
      }
      if (isHeldBack(error) || signal.aborted) throw error;
      const message = describeWriteError({ ref: refOf(subjectOf(action, request)), error });
      return { failed: { error, message } };
    }
    if (action.do === "deletePod") {
      const note =
        `${action.why}; the operator deleted the pod, because its container output-copier waits forever`;
      const reason = EVENT_REASONS.stuckPodDeleted;
      recorder.event(request, { type: "Warning", reason, action: "DeletePod", note });
    }
    return needsNewPlan(action, request) ? "outdated" : result;
  }

  return {
    resource: requests,
    upgradeCrd: UPGRADE_CRDS,
    foreignFinalizer: FINALIZER,
    isPaused,
    gather,
    plan: (request, observed) => planRequest(request, observed, config),
    emptyPlan: emptyPlan(),

    async effects({ object, observed, plan, paused }, signal) {
      let step: Step = plan.step;
      let results: ActionResult = {};
      for (let count = 0; step.action && !paused && count < MAX_ACTIONS; count++) {
        const { action } = step;
        const result = await take(object, action, signal);
        if (result === "outdated") return undefined;
        if ("failed" in result) return { step, failed: result.failed };
        results = { ...results, ...result };
        const { nowIso } = observed;
        const next = { ...await gather(object, { nowIso, signal }), ...results };
        step = planRequest(object, next, config).step;
      }
      return { step };
    },

    status: requestStatus,
    unreadableStatus: ({ status }, unreadable, nowIso) =>
      isFinal(status) ? status : unreadableStatus(status, unreadable, nowIso),
    events: (_reconciliation, before, after) => requestEvents(before, after),

    afterStatus({ object }, stored, { step, failed }) {
      // Reconciles a request with a new state immediately, because the new state may require an action.
      const isNew = stored.status?.state !== object.status?.state;
      const pollMs = isNew ? 0 : step.pollMs;
      const poll = pollMs === undefined ? done : requeueAfter(pollMs);
      return Promise.resolve(
        failed ? combineOutcomes([terminalOrThrow(failed.error), poll]) : poll,
      );
    },
  };
}

/**
 * Returns whether the operator must reconcile the request again after an action: after `deleteOutput`, because the next
 * reconciliation can create the Job, and after a `keepOutput` that changed an annotation of the request.
 */
function needsNewPlan(action: Action, { metadata }: DynamoGraphDeploymentRequest): boolean {
  if (action.do === "deleteOutput") return true;
  return action.do === "keepOutput" &&
    (metadata.annotations?.[REQUEST.additionalResources] ?? "") !== action.additional;
}

/** Returns the object that an action changes. Error messages name this object. */
function subjectOf(action: Action, request: DynamoGraphDeploymentRequest) {
  switch (action.do) {
    case "createGraph":
      return action.graph;
    case "deletePod":
      return action.pod;
    case "deleteOutput":
    case "keepOutput":
      return action.output;
    case "applyConfigMaps":
      return action.configMaps[0] ?? request;
  }
}
