import type {
  DdbctlDpJob,
  EarlierAttempts,
  PartitionAttempt,
  PartitionJobStatus,
} from "../../crds/kinds/partition_job.ts";
import { isPaused } from "../../crds/paused.ts";
import { partitionTarget } from "../../crds/kinds/partition_target.ts";
import { setConditions, type Statement } from "../../kube/conditions.ts";
import { nameConflict, pausedIf } from "../dynamo/statements.ts";
import { jobName } from "./job_name.ts";
import { ownJob, type PartitionObserved, type PartitionPlan } from "./plan.ts";
import { type Totals, totals } from "./totals.ts";
import { isFinished, type Verdict } from "./end_state.ts";

/** One look at an object: what is there, what was decided, and what came of it. */
export interface PartitionView {
  object: DdbctlDpJob;
  observed: PartitionObserved;
  plan: PartitionPlan;
  attempts: readonly PartitionAttempt[];
  earlierAttempts?: EarlierAttempts | undefined;
  /** Why the step could not be made, in one line. */
  failure?: string | undefined;
}

/** What the object says of itself at one moment. */
interface Telling {
  phase: PartitionJobStatus["phase"];
  reason: string;
  message: string;
}

/**
 * The status of a partition job. Once it tells of the end it stays as it is, whatever becomes of the Job.
 *
 * @param nowIso the time now, RFC 3339 in whole seconds
 */
export function partitionStatus(view: PartitionView, nowIso: string): PartitionJobStatus {
  const { object, observed, plan: { verdict, step }, attempts, earlierAttempts } = view;
  const { metadata: { generation = 0, name }, status: before } = object;
  if (before && isFinished(object)) return { ...before, observedGeneration: generation };

  const sums = totals(earlierAttempts, attempts, before?.itemsFound);
  const begun = attempts.length > 0 || earlierAttempts !== undefined;
  const telling = verdict ? ending(object, verdict, sums) : underWay(view, sums);
  const startTime = before?.startTime ??
    (begun ? observed.pods[0]?.startedAt ?? nowIso : undefined);
  const completionTime = verdict && (attempts.at(-1)?.endedAt ?? nowIso);
  const conflicts = step.do === "wait" && step.reason === "NameConflict" ? [step.message] : [];
  const statements: Statement[] = [
    ...outcomeStatements(telling),
    ...nameConflict(conflicts),
    ...pausedIf(!verdict && isPaused(object)),
  ];
  return {
    observedGeneration: generation,
    phase: telling.phase,
    tableName: partitionTarget(object.spec).tableName,
    ...((begun || ownJob(object, observed.job)) && { jobName: jobName(name) }),
    ...(startTime && { startTime }),
    ...(completionTime && { completionTime }),
    ...(begun && sums),
    message: telling.message,
    ...(attempts.length > 0 && { attempts: [...attempts] }),
    ...(earlierAttempts && { earlierAttempts }),
    conditions: setConditions(before?.conditions ?? [], statements, { generation, nowIso }),
  };
}

function outcomeStatements({ phase, reason, message }: Telling): Statement[] {
  const state = (type: string, holds: boolean): Statement => ({
    type,
    status: holds ? "True" : "False",
    reason,
    message,
  });
  return [
    state("Complete", phase === "Succeeded"),
    state("Failed", phase === "Failed"),
    state("Progressing", phase === "Running"),
  ];
}

function ending(object: DdbctlDpJob, verdict: Verdict, sums: Totals): Telling {
  const { tableName } = partitionTarget(object.spec);
  const { phase, reason } = verdict;
  if (phase === "Failed") {
    const done = sums.itemsDeleted > 0 ? `; ${items(sums.itemsDeleted)} had been deleted` : "";
    return { phase, reason, message: cut(`${verdict.message ?? ""}${done}`) };
  }
  const message = reason === "Counted"
    ? `Table "${tableName}" has ${items(sums.itemsFound ?? 0)} in the partition; none was deleted`
    : `Deleted ${items(sums.itemsDeleted)} from table "${tableName}"`;
  return { phase, reason, message };
}

function underWay(view: PartitionView, sums: Totals): Telling {
  const { object, observed: { pods }, plan: { step }, attempts, earlierAttempts, failure } = view;
  const begun = attempts.length > 0 || earlierAttempts !== undefined;
  const phase = begun ? "Running" : "Pending";
  const active = pods.find(({ state }) => state !== "ended");
  const far = progress(sums, object.spec.dryRun ?? false);
  if (failure) return { phase, reason: "JobRefused", message: cut(failure) };
  if (step.do === "wait") {
    return { phase, reason: step.reason, message: step.message };
  }
  if (object.spec.suspend) {
    if (!active) return { phase: "Suspended", reason: "Suspended", message: `Suspended; ${far}` };
    return { phase, reason: "Suspending", message: `Stopping after the batch under way; ${far}` };
  }
  const last = attempts.at(-1);
  if (active?.state === "running") {
    return { phase, reason: last?.phase ?? "Starting", message: sentence(far) };
  }
  if (active?.trouble) {
    const message = cut(`Pod "${active.metadata.name}" cannot start: ${active.trouble}`);
    return { phase, reason: "PodNotStarting", message };
  }
  if (last?.endedAt !== undefined && active === undefined) {
    const why = last.message ? `: ${last.message}` : "";
    return { phase, reason: "Retrying", message: cut(`The last pod ended early${why}; ${far}`) };
  }
  return { phase, reason: "PodStarting", message: begun ? sentence(far) : firstPod(view) };
}

/** Quotas and admission policies refuse pods to the Job, which alone tells of it, by events. */
function firstPod({ object, observed }: PartitionView): string {
  const isMissing = ownJob(object, observed.job) !== undefined && observed.pods.length === 0;
  const where = `; if none comes, "kubectl describe job ${
    jobName(object.metadata.name)
  }" tells why`;
  return `Waiting for the first pod${isMissing ? where : ""}`;
}

function progress({ itemsFound, itemsDeleted }: Totals, dryRun: boolean): string {
  if (itemsFound === undefined) return "the items are not counted yet";
  if (dryRun) return `${items(itemsFound)} counted, none will be deleted`;
  return `${itemsDeleted} of ${items(itemsFound)} deleted`;
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function items(count: number): string {
  return count === 1 ? "1 item" : `${count} items`;
}

/** What the schema of the status takes. */
function cut(message: string): string {
  return message.length > 2048 ? `${message.slice(0, 2047)}…` : message;
}
