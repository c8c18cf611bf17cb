import type { PartitionAttempt } from "../../crds/kinds/partition_job.ts";
import type { DeletionReport } from "../../partition/report.ts";
import type { PartitionPod } from "./pod.ts";
import { readReport } from "./read_report.ts";

/** What is known of one pod: the pod, and what it last said of itself while it ran. */
export interface Run {
  pod: PartitionPod;
  progress?: DeletionReport | undefined;
}

/**
 * The attempts after a look at the pods. What was recorded stays recorded, for a pod may go as soon as its end is.
 *
 * @param recorded the attempts as they are in the status
 * @param runs every pod that is still there, oldest first
 * @param nowIso the time now, RFC 3339 in whole seconds
 */
export function attemptsAfter(
  recorded: readonly PartitionAttempt[],
  runs: readonly Run[],
  nowIso: string,
): PartitionAttempt[] {
  const byPod = new Map(recorded.map((attempt) => [attempt.pod, attempt]));
  for (const run of runs) {
    const { metadata: { name }, state } = run.pod;
    const before = byPod.get(name);
    if (state !== "waiting" && !before?.reported) byPod.set(name, attemptOf(run, before, nowIso));
  }
  const there = new Set(runs.map(({ pod }) => pod.metadata.name));
  return [...byPod.values()].map((attempt) =>
    attempt.endedAt || there.has(attempt.pod) ? attempt : { ...attempt, endedAt: nowIso }
  );
}

function attemptOf(
  { pod, progress }: Run,
  before: PartitionAttempt | undefined,
  nowIso: string,
): PartitionAttempt {
  const { metadata: { name }, state, exitCode, lastWords = "", endedAt = nowIso } = pod;
  const ended = state === "ended";
  const final = ended ? readReport(lastWords) : undefined;
  const report = final ?? progress;
  const message = report?.message ?? (ended && !final ? lastWords.slice(0, 1024) : "");
  return {
    pod: name,
    ...(ended && { endedAt: before?.endedAt ?? endedAt }),
    ...(exitCode !== undefined && { exitCode }),
    ...(final && { reported: true }),
    ...figuresOf(report ?? before),
    ...(message && { message }),
  };
}

/** What a run did, from its report or from what was recorded of it before. */
function figuresOf(known: DeletionReport | PartitionAttempt | undefined) {
  return {
    ...(known?.phase && { phase: known.phase }),
    ...(known?.outcome && { outcome: known.outcome }),
    ...(known?.itemsFound !== undefined && { itemsFound: known.itemsFound }),
    itemsDeleted: known?.itemsDeleted ?? 0,
    itemsInFlight: known?.itemsInFlight ?? 0,
    unprocessedRetries: known?.unprocessedRetries ?? 0,
    throttledRequests: known?.throttledRequests ?? 0,
    consumedReadUnits: known?.consumedReadUnits ?? 0,
    consumedWriteUnits: known?.consumedWriteUnits ?? 0,
  };
}

/** Pods in the order in which they ran: no two run at a time. */
export function inOrder(pods: readonly PartitionPod[]): PartitionPod[] {
  const order = ({ metadata, state, startedAt = "", endedAt = "" }: PartitionPod) =>
    [metadata.creationTimestamp ?? "", state === "ended" ? "0" : "1", startedAt, endedAt].join(" ");
  return [...pods].sort((a, b) => order(a) < order(b) ? -1 : 1);
}
