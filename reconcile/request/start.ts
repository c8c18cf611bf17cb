import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { LABELS, MANAGER, REQUEST } from "../../crds/labels.ts";
import { type ConfigMap, jobs } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { describeOwner, ownership } from "../apply/ownership.ts";
import { carriesPlan, planHashOf } from "../apply/plan_hash.ts";
import type { Planned } from "../apply/planned.ts";
import { NAME_CONFLICT } from "../apply/reasons.ts";
import { nameConflict, REASONS } from "../dynamo/conditions.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { describeProblem, type Problem } from "../dynamo/problem.ts";
import { planAccount } from "./account.ts";
import { profilingJob } from "./job.ts";
import { jobName } from "./names.ts";
import { ownJob, type RequestObserved } from "./observed.ts";
import { REQUEST_REASONS } from "./reasons.ts";
import { failure, isFalse, RECHECK_MS, type RequestPlan, type Step } from "./step.ts";
import { requestProblems } from "./validate.ts";

/**
 * Plans the start of profiling: the Job with its ServiceAccount and RoleBinding. Returns undefined if profiling has
 * started: the Job exists, and the operator need not replace it.
 */
export function planStart(
  request: DynamoGraphDeploymentRequest,
  observed: RequestObserved,
  config: Pick<PlatformConfig, "profilingClusterRoleName" | "plannerRbacProvided">,
): RequestPlan | undefined {
  const { plannerRbacProvided: namespaceScoped } = config;
  const { baseGraph, output, graphAccess } = observed;
  const own = ownJob(request, observed);
  // A Job of the Go operator has no hash of its plan, so the operator cannot compare it with the new plan.
  const isComparable = own && planHashOf(own) !== undefined;
  const invalid = requestProblems(request, { namespaceScoped, baseGraph, graphAccess });
  if (own && (invalid.length > 0 || !isComparable)) return undefined;
  if (invalid.length > 0) return refused(invalid);

  const job: Planned = {
    resource: jobs,
    manifest: profilingJob(request),
    policy: "create",
    controlled: true,
  };
  if (own && carriesPlan(own, job)) return undefined;
  const outdated = own && [own];
  const conflicts = [...jobConflicts(request, observed), ...outputConflicts(request, output)];
  if (conflicts.length > 0) return refused(conflicts);
  if (output && !own) return waiting([], { do: "deleteOutput", output });
  const account = planAccount(request, observed, config);
  if (account.problem) return refused([account.problem]);
  const planned = [...account.planned, outdated ? { ...job, after: outdated } : job];
  return { ...waiting(planned), prune: outdated ?? [], warnings: account.warnings };
}

function waiting(planned: Planned[], action?: Step["action"]): RequestPlan {
  const message = "The profiling Job is not created yet";
  return {
    planned,
    prune: [],
    warnings: [],
    step: {
      state: "Pending",
      ready: { progress: "reconciling", reason: REQUEST_REASONS.pending, message },
      conditions: [],
      ...(action && { action }),
    },
  };
}

function refused(problems: readonly Problem[]): RequestPlan {
  const message = problems.map(describeProblem).join("; ");
  const isInvalid = problems.some(({ reason }) => reason === REASONS.validationFailed);
  const reason = isInvalid ? REASONS.validationFailed : REQUEST_REASONS.jobCreationFailed;
  const condition = isFalse(isInvalid ? "Validation" : "Profiling", reason, message);
  const conflicts = problems.filter((one) => one.reason === NAME_CONFLICT).map(describeProblem);
  const step = failure([condition, ...nameConflict(conflicts)], reason, message);
  return { planned: [], prune: [], warnings: [], step: { ...step, pollMs: RECHECK_MS } };
}

function jobConflicts(
  request: DynamoGraphDeploymentRequest,
  observed: RequestObserved,
): Problem[] {
  const live = observed.find(jobs, jobName(request.metadata.name));
  return ownership(request, live) === "foreign" && live ? [conflict(live, request)] : [];
}

/**
 * Returns a problem if a foreign ConfigMap has the name of the output. The profiling pod would overwrite this
 * ConfigMap.
 */
function outputConflicts(
  request: DynamoGraphDeploymentRequest,
  output: ConfigMap | undefined,
): Problem[] {
  if (!output) return [];
  const { labels = {} } = output.metadata;
  const isOutput = labels[REQUEST.nameLabel] === request.metadata.name &&
    labels[LABELS.managedBy] === MANAGER;
  return isOutput ? [] : [conflict(output, request)];
}

function conflict(live: KubeObject, { kind, metadata: { name } }: KubeObject): Problem {
  const message =
    `${live.kind} "${live.metadata.name}" exists and is not owned by ${kind} "${name}" ` +
    `(${describeOwner(live)}): delete the ${live.kind}, or rename the ${kind}`;
  return { reason: NAME_CONFLICT, message };
}
