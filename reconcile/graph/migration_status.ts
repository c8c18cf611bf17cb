import type { DynamoGraphDeployment, GraphStatus } from "../../crds/kinds/graph.ts";
import type { Statement } from "../../kube/conditions.ts";
import type { EventContent } from "../../kube/events.ts";
import type { KubeObject } from "../../kube/object.ts";
import { describeRef, refOf } from "../apply/execution.ts";
import { PAUSED } from "../apply/reasons.ts";
import { conditionOf, REASONS } from "../dynamo/conditions.ts";
import { describeProblem } from "../dynamo/problem.ts";
import { nodesOf } from "../dynamo/service_input.ts";
import type { GraphPlan } from "./plan.ts";

/** Type of the condition that reports a migration to another orchestrator. */
const MIGRATING = "Migrating";
/** Finalizer of a foreground deletion. The garbage collector removes it when all dependents are deleted. */
const FOREGROUND = "foregroundDeletion";
/** Maximum number of objects that a message names. */
const MAX_NAMED = 5;

type Plan = Pick<GraphPlan, "migration" | "remains" | "problems">;

/**
 * Returns the condition that reports the migration of a graph to another orchestrator; an empty list if the graph does
 * not migrate. The condition is False while a problem or a pause prevents the migration.
 */
export function migrating(plan: Plan, paused: boolean): Statement[] {
  const { migration, problems } = plan;
  if (!migration) return [];
  const isHeld = paused || problems.length > 0;
  const to = migration.toGrove ? "from components to Grove" : "from Grove to components";
  const why = problems.length > 0 ? problems.map(describeProblem) : migrationWaits(plan, paused);
  return [{
    type: MIGRATING,
    status: isHeld ? "False" : "True",
    reason: reasonOf(plan, paused),
    message: `The graph ${isHeld ? "does not move" : "moves"} ${to}: ${why.join("; ")}`,
  }];
}

function reasonOf({ migration, remains, problems }: Plan, paused: boolean): string {
  if (problems.length > 0) return REASONS.migrationBlocked;
  if (paused) return PAUSED;
  if (migration && migration.former.length > 0) return REASONS.deletingFormer;
  return remains.length > 0 ? REASONS.waitingForPods : REASONS.creatingWorkloads;
}

/**
 * Returns the reasons why the new workload is waiting, with the names of the former objects or pods; an empty list if
 * it is not waiting.
 */
export function migrationWaits({ migration, remains }: Plan, paused: boolean): string[] {
  const former = migration?.former ?? [];
  if (paused && migration) return ["the operator continues after the pause"];
  if (former.length > 0) {
    return [`waiting for the deletion of ${named(former.map(describeFormer))}`];
  }
  if (remains.length > 0) return [`waiting for the deletion of ${named(remains)}`];
  return migration ? ["the new workload does not exist yet"] : [];
}

/** Describes an object of the former orchestrator, with the finalizers that prevent its deletion. */
function describeFormer(
  { metadata: { name, finalizers = [], deletionTimestamp }, ...object }: KubeObject,
) {
  const others = finalizers.filter((finalizer) => finalizer !== FOREGROUND);
  const kept = deletionTimestamp && others.length > 0 ? ` (finalizer ${others.join(", ")})` : "";
  return describeRef(refOf({ ...object, metadata: { name } })) + kept;
}

function named(items: readonly string[]): string {
  const more = items.length - MAX_NAMED;
  const names = items.slice(0, MAX_NAMED).join(", ");
  return more > 0 ? `${names} and ${more} more` : names;
}

/**
 * Returns the orchestrator that the status of a migrating graph reports: the former orchestrator, until a new workload
 * exists. If the operator stopped before it wrote the status, the recorded orchestrator can be absent or outdated. The
 * function then derives the orchestrator from the former objects.
 */
export function formerOrchestrator(
  { status }: DynamoGraphDeployment,
  { toGrove, former }: NonNullable<GraphPlan["migration"]>,
): string {
  const recorded = status?.orchestrator;
  if (recorded && toGrove !== (recorded === "grove")) return recorded;
  if (!toGrove) return "grove";
  const isMultinode = (component: KubeObject & { spec?: Parameters<typeof nodesOf>[0] }) =>
    component.spec !== undefined && nodesOf(component.spec) > 1;
  return former.some(isMultinode) ? "lws" : "deployment";
}

/** Returns the events about the start and the end of a migration. */
export function migrationEvents(
  before: GraphStatus | undefined,
  after: GraphStatus | undefined,
): EventContent[] {
  const [was, is] = [before, after].map((status) => conditionOf(status, MIGRATING));
  const event = (reason: string, note: string): EventContent[] => [
    { type: "Normal", reason, action: "Migrate", note },
  ];
  if (is?.status === "True" && was?.status !== "True") {
    return event(REASONS.migrationStarted, is.message);
  }
  if (is || was?.status !== "True" || !after) return [];
  const isBack = (before?.orchestrator === "grove") === (after.orchestrator === "grove");
  return isBack
    ? event(REASONS.migrationCancelled, `The graph stays on the orchestrator ${after.orchestrator}`)
    : event(
      REASONS.migrationCompleted,
      `The graph has moved to the orchestrator ${after.orchestrator}`,
    );
}
