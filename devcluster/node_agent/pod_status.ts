import type { NodeContainer, NodePod } from "./pod.ts";

/** Result of a container whose process has stopped. */
export interface ProcessEnd {
  exitCode: number;
  startedAtMs: number;
  endedAtMs: number;
  /** Content of the container's termination log. */
  message: string;
}

/** Returns the container of a pod. Throws if the pod has several containers. */
export function onlyContainer({ metadata, spec }: NodePod): NodeContainer {
  const [container, ...more] = spec.containers;
  if (container && more.length === 0) return container;
  throw new Error(`Cannot run pod "${metadata.name}": it must have exactly one container`);
}

/** Returns the status of a pod whose container cannot start yet. */
export function waitingStatus(pod: NodePod, reason: string, message: string): unknown {
  return {
    phase: "Pending",
    conditions: conditions("False", "ContainersNotReady"),
    containerStatuses: [containerStatus(pod, { waiting: { reason, message } }, false)],
  };
}

/** Returns the status of a pod whose container runs. */
export function runningStatus(pod: NodePod, ip: string, startedAtMs: number): unknown {
  const startedAt = isoTime(startedAtMs);
  return {
    phase: "Running",
    hostIP: "127.0.0.1",
    hostIPs: [{ ip: "127.0.0.1" }],
    podIP: ip,
    podIPs: [{ ip }],
    startTime: startedAt,
    conditions: conditions("True"),
    containerStatuses: [containerStatus(pod, { running: { startedAt } }, true)],
  };
}

/** Returns the status of a pod whose container has terminated. */
export function endedStatus(pod: NodePod, end: ProcessEnd): unknown {
  const { exitCode, message } = end;
  const terminated = {
    exitCode,
    reason: exitCode === 0 ? "Completed" : "Error",
    ...(message !== "" && { message }),
    startedAt: isoTime(end.startedAtMs),
    finishedAt: isoTime(end.endedAtMs),
  };
  return {
    phase: exitCode === 0 ? "Succeeded" : "Failed",
    conditions: conditions("False", exitCode === 0 ? "PodCompleted" : "PodFailed"),
    containerStatuses: [containerStatus(pod, { terminated }, false)],
  };
}

/** Returns the status of a pod that was deleted before its container started. */
export function neverStartedStatus(): unknown {
  return { phase: "Failed", conditions: conditions("False", "PodFailed") };
}

function containerStatus(pod: NodePod, state: Record<string, unknown>, ready: boolean) {
  const { name, image } = onlyContainer(pod);
  return { name, image, imageID: "", ready, started: ready, restartCount: 0, state };
}

/** Returns the pod conditions that a kubelet sets. A strategic merge patch keeps conditions of other types. */
function conditions(ready: "True" | "False", reason?: string) {
  const since = isoTime(Date.now());
  const state = { status: ready, lastTransitionTime: since, ...(reason && { reason }) };
  return [
    { type: "Initialized", status: "True", lastTransitionTime: since },
    { type: "ContainersReady", ...state },
    { type: "Ready", ...state },
  ];
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
}
