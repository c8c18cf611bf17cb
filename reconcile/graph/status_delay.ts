import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment, GraphStatus } from "../../crds/kinds/graph.ts";
import { sameJson } from "../../kube/json.ts";
import type { Execution } from "../apply/execution.ts";
import type { Observed } from "../apply/observed.ts";
import { conditionOf, REASONS } from "../dynamo/conditions.ts";
import { isProgress, PROGRESS_DELAY_MS } from "../dynamo/progress.ts";
import { components } from "../dynamo/resources.ts";
import { unreadableMessage } from "../dynamo/unreadable_status.ts";
import { isObserved } from "./component_state.ts";
import type { GraphPlan } from "./plan.ts";

/**
 * Maximum time in milliseconds for which a status update of a graph waits for all components to report their newest
 * generation. The components usually report it within {@link PROGRESS_DELAY_MS}. They need more time while the operator
 * creates the children of many other graphs.
 */
export const COMPONENTS_DELAY_MS = 30_000;

/**
 * Returns how long the stored status may stay outdated before the new status is written, in milliseconds. Returns 0
 * unless the new status reports only progress. The delay is longer until every component has reported its state,
 * because each report changes the status of the graph.
 */
export function graphStatusDelayMs(
  { object, plan, observed, execution }: {
    object: Pick<DynamoGraphDeployment, "status">;
    plan: Pick<GraphPlan, "components">;
    observed: Pick<Observed, "find">;
    execution: Pick<Execution, "errors" | "blocked">;
  },
  status: GraphStatus | undefined,
): number {
  if (execution.errors.length + execution.blocked.length > 0) return 0;
  if (!isProgress(object.status, status)) return 0;
  const live = [...plan.components.values()]
    .flatMap(({ metadata: { name } }) => observed.find(components, name) ?? []);
  if (live.some(hasProblem)) return 0;
  return live.every(isObserved) ? PROGRESS_DELAY_MS : COMPONENTS_DELAY_MS;
}

/** Reasons of condition `Available` of a component during a rollout. */
const IN_PROGRESS: readonly string[] = [
  REASONS.resourcesNotReady,
  REASONS.deploymentNotReady,
  REASONS.leaderWorkerSetsNotReady,
];

/** Returns whether a component reports a problem, which the graph must report immediately. */
function hasProblem({ status }: DynamoComponentDeployment): boolean {
  const available = conditionOf(status, "Available");
  return unreadableMessage(status) !== undefined ||
    (available?.status === "False" && !IN_PROGRESS.includes(available.reason));
}

/**
 * Returns whether a changed status may change the next plan of a graph. The plan reads the progress of a restart and
 * the orchestrator from the status. On Grove, the operator also reads findings about the pods from the status.
 */
export function actsOnGraphStatus(
  { object: { status: before }, plan: { grove, migration } }: {
    object: Pick<DynamoGraphDeployment, "status">;
    plan: Pick<GraphPlan, "grove" | "migration">;
  },
  status: GraphStatus | undefined,
): boolean {
  const usesGrove = grove !== undefined || migration !== undefined ||
    [before, status].some((one) => one?.orchestrator === "grove");
  return usesGrove || !sameJson(before?.restart, status?.restart);
}
