import type { PartitionAttempt } from "../../crds/kinds/partition_job.ts";
import type { DeletionReport } from "../../partition/report.ts";
import type { PartitionPod } from "./pod.ts";
import { readReport } from "./progress.ts";

/** A pod, and the last progress report that the pod served. */
export interface Run {
  pod: PartitionPod;
  progress?: DeletionReport | undefined;
}

/**
 * Returns the recorded attempts, updated from the existing pods, and a new attempt for each pod that has started but is
 * not recorded yet. Keeps the attempts of deleted pods, because a pod may be deleted as soon as the status contains its
 * result.
 *
 * @param runs every existing pod with its last report, oldest first
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
  const existing = new Set(runs.map(({ pod }) => pod.metadata.name));
  return [...byPod.values()].map((attempt) =>
    attempt.endedAt || existing.has(attempt.pod) ? attempt : { ...attempt, endedAt: nowIso }
  );
}

function attemptOf(
  { pod, progress }: Run,
  before: PartitionAttempt | undefined,
  nowIso: string,
): PartitionAttempt {
  const { metadata: { name }, state, exitCode, terminationMessage = "", endedAt = nowIso } = pod;
  const ended = state === "ended";
  const final = ended ? readReport(terminationMessage) : undefined;
  const report = final ?? progress;
  const message = report?.message ?? (ended && !final ? terminationMessage.slice(0, 1024) : "");
  const figures = report ?? before;
  const itemsPermitted = before?.itemsPermitted ?? permitOf(pod, before !== undefined);
  return {
    pod: name,
    ...(ended && { endedAt: before?.endedAt ?? endedAt }),
    ...(exitCode !== undefined && { exitCode }),
    ...(final && { reported: true }),
    ...(figures?.phase && { phase: figures.phase }),
    ...(figures?.outcome && { outcome: figures.outcome }),
    ...(figures?.itemsFound !== undefined && { itemsFound: figures.itemsFound }),
    itemsDeleted: figures?.itemsDeleted ?? 0,
    itemsInFlight: figures?.itemsInFlight ?? 0,
    ...(itemsPermitted !== undefined && { itemsPermitted }),
    unprocessedRetries: figures?.unprocessedRetries ?? 0,
    throttledRequests: figures?.throttledRequests ?? 0,
    consumedReadUnits: figures?.consumedReadUnits ?? 0,
    consumedWriteUnits: figures?.consumedWriteUnits ?? 0,
    ...(message && { message }),
  };
}

/**
 * Returns the maximum number of items that a pod may have deleted; undefined for a pod without a limit. The result is 0
 * if the pod never started. A recorded attempt proves that its pod started, even if the kubelet rejected the pod later.
 */
function permitOf(
  { itemsPermitted, neverStarted }: PartitionPod,
  isRecorded: boolean,
): number | undefined {
  if (itemsPermitted === undefined) return undefined;
  return neverStarted && !isRecorded ? 0 : itemsPermitted;
}

/** Returns the pods in the order in which they ran. Two pods of one object never run at the same time. */
export function inOrder(pods: readonly PartitionPod[]): PartitionPod[] {
  const order = ({ metadata, state, startedAt = "", endedAt = "" }: PartitionPod) =>
    [metadata.creationTimestamp ?? "", state === "ended" ? "0" : "1", startedAt, endedAt].join(" ");
  return [...pods].sort((a, b) => order(a) < order(b) ? -1 : 1);
}
