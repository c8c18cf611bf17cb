import type { ComponentStatus, DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { type Deployment, deployments } from "../../kube/builtin.ts";
import { controllerOf } from "../apply/ownership.ts";
import { setConditions, type Statement } from "../../kube/conditions.ts";
import { describeWriteError, isRefused, messagesOf } from "../apply/execution.ts";
import type { Observed } from "../apply/observed.ts";
import type { View } from "../engine/reconcile.ts";
import { outdated } from "../apply/outdated.ts";
import type { Planned } from "../apply/planned.ts";
import { whyNotRolledOut } from "../workload/deployment_rollout.ts";
import { describeProblem } from "../dynamo/problem.ts";
import { nameConflict, pausedIf } from "../dynamo/statements.ts";
import type { ComponentPlan } from "./plan.ts";

/** Reasons for which a component is not available and will not be before somebody changes something. */
export const STUCK: ReadonlySet<string> = new Set(["ValidationFailed", "NameConflict", "Refused"]);

/**
 * The status of a component after a pass, from what is stored now. `Available` is True only if every child exists
 * as it is planned and the Deployment has fully rolled it out.
 *
 * All conditions are stated anew; one that nobody keeps up to date any more, such as upstream's `Valid`, goes.
 *
 * @param nowIso the time now, RFC 3339 in whole seconds
 */
export function componentStatus(
  view: View<DynamoComponentDeployment, Pick<Observed, "find">, ComponentPlan>,
  nowIso: string,
): ComponentStatus {
  const { object: component, plan, observed, execution, paused } = view;
  const { generation = 0 } = component.metadata;
  const deployment = ownDeployment(component, observed);
  const { ready, reason, message } = judge(view);
  const status = ready ? "True" : "False";
  const statements: Statement[] = [
    { type: "Available", status, reason, message },
    {
      type: "DynamoComponentReady",
      status,
      reason: ready ? "ComponentReady" : "ComponentNotReady",
      message,
    },
    ...nameConflict([
      ...plan.problems.filter(({ reason }) => reason === "NameConflict").map(describeProblem),
      ...messagesOf(execution, "NameConflict"),
    ]),
    ...pausedIf(paused),
  ];
  return {
    observedGeneration: generation,
    conditions: setConditions(component.status?.conditions ?? [], statements, {
      generation,
      nowIso,
    }),
    ...(deployment && { service: replicas(deployment) }),
  };
}

interface Verdict {
  ready: boolean;
  reason: string;
  message: string;
}

function judge(
  { object, plan: { planned, problems }, observed, execution }: View<
    DynamoComponentDeployment,
    Pick<Observed, "find">,
    ComponentPlan
  >,
): Verdict {
  const { name, deletionTimestamp } = object.metadata;
  if (deletionTimestamp) return notReady("Terminating", "The component is being deleted");
  const [problem] = problems;
  if (problem) {
    const why = problems.map(describeProblem).join("; ");
    const invalid = problem.reason === "ValidationFailed";
    return notReady(problem.reason, invalid ? `Validation failed: ${why}` : why);
  }
  if (execution.errors.length > 0) {
    const why = execution.errors.map(describeWriteError).join("; ");
    const reason = execution.errors.some(isRefused) ? "Refused" : "Reconciling";
    return notReady(reason, `Failed to reconcile DynamoComponentDeployment: ${why}`);
  }
  const [blocked] = execution.blocked;
  if (blocked) {
    return notReady(blocked.reason, execution.blocked.map(({ message }) => message).join("; "));
  }
  const waiting = planned.flatMap((item) => {
    const why = whyNotReady(item, observed);
    return why ? [{ kind: item.manifest.kind, why }] : [];
  });
  if (waiting.length === 0) {
    return { ready: true, reason: "DeploymentReady", message: `Deployment "${name}" is ready` };
  }
  const deployment = waiting.some(({ kind }) => kind === "Deployment");
  const reason = deployment ? "DeploymentNotReady" : "ResourcesNotReady";
  return notReady(reason, waiting.map(({ why }) => why).join("; "));
}

function notReady(reason: string, message: string): Verdict {
  return { ready: false, reason, message };
}

function whyNotReady(planned: Planned, observed: Pick<Observed, "find">): string | undefined {
  const { kind, metadata: { name } } = planned.manifest;
  const missing = outdated(planned, observed);
  if (missing) return `${kind} "${name}" ${missing}`;
  const live = kind === deployments.kind ? observed.find(deployments, name) : undefined;
  const why = live && whyNotRolledOut(live);
  return why && `Deployment "${name}" is not ready: ${why}`;
}

/** The Deployment that the component controls; one of somebody else's is not reported as its own. */
function ownDeployment(
  { metadata: { name, uid } }: DynamoComponentDeployment,
  observed: Pick<Observed, "find">,
): Deployment | undefined {
  const live = observed.find(deployments, name);
  return live && controllerOf(live)?.uid === uid ? live : undefined;
}

function replicas({ metadata: { name }, status }: Deployment): ComponentStatus["service"] {
  return {
    componentKind: "Deployment",
    componentName: name,
    replicas: status?.replicas ?? 0,
    updatedReplicas: status?.updatedReplicas ?? 0,
    readyReplicas: status?.readyReplicas ?? 0,
    availableReplicas: status?.availableReplicas ?? 0,
  };
}
