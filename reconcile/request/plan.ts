import type { DynamoGraphDeploymentRequest, RequestStatus } from "../../crds/kinds/request.ts";
import { conditionOf, REASONS } from "../dynamo/conditions.ts";
import { type AccountConfig, planAccount } from "./account.ts";
import { deploymentStep } from "./deployment.ts";
import type { RequestObserved } from "./observed.ts";
import { replacedValues } from "./profiler_config.ts";
import { profilingStep } from "./profiling.ts";
import { REQUEST_REASONS } from "./reasons.ts";
import { planStart } from "./start.ts";
import { failure, type RequestPlan, type Step } from "./step.ts";

/**
 * Plans a request. A request has one of these states:
 *
 * - `Pending`: the Job is not created yet.
 * - `Profiling`: the Job runs, or its output is not read yet.
 * - `Ready`: the graph is generated and, with `autoApply`, created and ready.
 * - `Deploying`: the created graph is not ready, see {@linkcode deploymentStep}.
 * - `Failed`, `DeploymentDeleted`: final states. However, the operator checks a request again if it failed before
 *   profiling started.
 *
 * The plan does not depend on the state of the operator's process, so a restart of the operator loses no progress.
 */
export function planRequest(
  request: DynamoGraphDeploymentRequest,
  observed: RequestObserved,
  config: AccountConfig,
): RequestPlan {
  const { status } = request;
  if (!hasStarted(status)) {
    const start = planStart(request, observed, config);
    return start
      ? { ...start, warnings: [...start.warnings, ...replacedValues(request)] }
      : profiling(request, observed, config);
  }
  switch (status?.state) {
    case "Profiling":
      return profiling(request, observed, config);
    case "Deploying":
      return only(deploymentStep(request, observed));
    case "Ready":
      return only(status.deployment?.created ? deploymentStep(request, observed) : kept(status));
    case "DeploymentDeleted":
    case "Failed":
      return only(kept(status));
    default: {
      const message = `Invalid state "${status?.state}": delete the request and create it again`;
      return only(failure([], REQUEST_REASONS.failed, message));
    }
  }
}

/** Returns the fallback plan for a request whose planning fails. The plan does not change the state of the request. */
export function emptyPlan(): RequestPlan {
  return only({
    state: "",
    ready: { progress: "reconciling", reason: REQUEST_REASONS.failed, message: "Planning failed" },
    conditions: [],
  });
}

/** Returns whether profiling has started. From then on, the spec must not change. */
export function hasStarted(status: RequestStatus | undefined): boolean {
  const { state = "" } = status ?? {};
  if (state === "" || state === "Pending") return false;
  if (state !== "Failed") return true;
  // If a request failed before profiling started, condition `Stalled` has the reason `ValidationFailed` or
  // `JobCreationFailed`. The Go operator does not set this condition, so a request that failed under the Go operator
  // does not start again.
  const reason = conditionOf(status, "Stalled")?.reason ?? "";
  const beforeStart: string[] = [REASONS.validationFailed, REQUEST_REASONS.jobCreationFailed];
  return !beforeStart.includes(reason);
}

/** Returns whether the state of a request is final, so that no later change to another object affects it. */
export function isFinal(status: RequestStatus | undefined): boolean {
  const { state, deployment } = status ?? {};
  return hasStarted(status) &&
    (state === "Failed" || state === "DeploymentDeleted" ||
      (state === "Ready" && !deployment?.created));
}

function profiling(
  request: DynamoGraphDeploymentRequest,
  observed: RequestObserved,
  config: AccountConfig,
): RequestPlan {
  const { planned, warnings, problem } = planAccount(request, observed, config);
  return {
    planned,
    prune: [],
    warnings: [...warnings, ...(problem ? [problem] : []), ...replacedValues(request)],
    step: profilingStep(request, observed),
  };
}

function only(step: Step): RequestPlan {
  return { planned: [], prune: [], warnings: [], step };
}

/** Returns a step without an action. The step keeps the state and the conditions of the request. */
function kept(status: RequestStatus | undefined): Step {
  const state = status?.state;
  if (state === "Ready") {
    const message = conditionOf(status, "SpecGenerated")?.message ?? "The graph is generated";
    const ready = { progress: "ready", reason: REQUEST_REASONS.specGenerated, message } as const;
    return { state, ready, conditions: [] };
  }
  const { reason, message } = conditionOf(status, "Stalled") ??
    status?.conditions?.findLast(({ type, status }) => status === "False" && type !== "Ready") ??
    { reason: "", message: "The request has failed" };
  const isRecorded = conditionOf(status, "Stalled") !== undefined;
  return {
    state: state === "DeploymentDeleted" ? state : "Failed",
    ready: {
      progress: "stalled",
      // Replaces a reason that the Go operator recorded. Otherwise `hasStarted` could conclude from this reason that
      // profiling has not started.
      reason: isRecorded ? reason : REQUEST_REASONS.failed,
      message,
    },
    conditions: [],
  };
}
