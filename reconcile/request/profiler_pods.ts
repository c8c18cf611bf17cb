import type { V1ContainerStatus } from "@kubernetes/client-node";
import type { Pod } from "../../kube/builtin.ts";
import { OUTPUT_COPIER, PROFILER } from "./names.ts";

/**
 * Time in milliseconds that the copier container of a profiling pod has to store the output after the profiler has
 * ended.
 */
const COPY_MS = 60_000;
const MAX_TEXT = 500;

/** A pod whose profiler failed without output. The copier container of the pod waits for the output forever. */
export interface StuckPod {
  pod: Pod;
  why: string;
  /** Whether the operator may delete the pod, because the copier container has reached its time limit. */
  due: boolean;
  /** Time in milliseconds until the operator may delete the pod; 0 if `due`. */
  waitMs: number;
}

/** Returns a pod whose profiler has failed while its copier container still runs; undefined if there is none. */
export function stuckPod(pods: readonly Pod[], nowIso: string): StuckPod | undefined {
  const pod = pods.find((pod) => !pod.metadata.deletionTimestamp && (copying(pod) ?? 0) !== 0);
  if (!pod) return undefined;
  const waitMs = copyTimeMs(pod, nowIso);
  return { pod, why: endText(pod) ?? "", due: waitMs === 0, waitMs };
}

/**
 * Returns whether a copier container may still store the output of a successful profiler. This is true while the
 * container runs and has not reached its time limit.
 */
export function isCopying(pods: readonly Pod[], nowIso: string): boolean {
  return pods.some((pod) => copying(pod) === 0 && copyTimeMs(pod, nowIso) > 0);
}

/**
 * Returns the exit code of a pod's profiler if the profiler has ended and the copier container still runs; undefined
 * otherwise.
 */
function copying(pod: Pod): number | undefined {
  const isRunning = containerOf(pod, OUTPUT_COPIER)?.state?.running !== undefined;
  return isRunning ? containerOf(pod, PROFILER)?.state?.terminated?.exitCode : undefined;
}

/** Returns the time in milliseconds until the copier container of a pod reaches its time limit. */
function copyTimeMs(pod: Pod, nowIso: string): number {
  const endedAtMs = Date.parse(String(containerOf(pod, PROFILER)?.state?.terminated?.finishedAt));
  return Math.max(0, endedAtMs + COPY_MS - Date.parse(nowIso)) || 0;
}

/**
 * Returns the reason why the newest pod failed, such as `pod "x": container "profiler" ended with exit code 1 (Error)`.
 */
export function profilerFailure(pods: readonly Pod[]): string | undefined {
  const newestFirst = pods.toSorted((a, b) => createdAt(a) < createdAt(b) ? 1 : -1);
  return newestFirst.map(endText).find((text) => text !== undefined);
}

function endText({ metadata: { name }, status }: Pod): string | undefined {
  const failed = [PROFILER, OUTPUT_COPIER].map((container) => ({
    container,
    end: status?.containerStatuses?.find((one) => one.name === container)?.state?.terminated,
  })).find(({ end }) => end !== undefined && end.exitCode !== 0);
  if (failed?.end) {
    const { container, end: { exitCode, reason, message = "" } } = failed;
    const lastLine = message.trimEnd().split("\n").at(-1)?.slice(0, MAX_TEXT) ?? "";
    return `pod "${name}": container "${container}" ended with exit code ${exitCode}` +
      (reason ? ` (${reason})` : "") + (lastLine ? `: ${lastLine}` : "");
  }
  return status?.phase === "Failed" && status.reason
    ? `pod "${name}": ${[status.reason, status.message].filter(Boolean).join(": ")}`
    : undefined;
}

function containerOf({ status }: Pod, name: string): V1ContainerStatus | undefined {
  return status?.containerStatuses?.find((container) => container.name === name);
}

/** Returns the creation time. RFC 3339 times without fractions can be sorted as text. */
function createdAt({ metadata }: Pod): string {
  return metadata.creationTimestamp ?? "";
}
