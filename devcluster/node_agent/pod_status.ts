import type { NodeContainer, NodePod } from "./pod.ts";

/** Result of a container whose process has stopped. */
export interface ProcessEnd {
  exitCode: number;
  startedAtMs: number;
  endedAtMs: number;
  /** Content of the container's termination log. */
  message: string;
}

/** State of a container: it cannot start yet, its process runs, or its process has stopped. */
export type ContainerState =
  | { waiting: { reason: string; message: string } }
  | { running: { startedAtMs: number } }
  | { terminated: ProcessEnd };

/**
 * Returns the status of a pod according to the states of its containers, keyed by name. The pod is ready while all
 * containers run, and it has ended when all containers have stopped.
 */
export function podStatus(
  { spec: { containers } }: NodePod,
  ip: string,
  states: ReadonlyMap<string, ContainerState>,
): unknown {
  const all = [...states.values()];
  const containerStatuses = containers.map((container) =>
    containerStatus(container, states.get(container.name))
  );
  if (all.some((state) => "waiting" in state)) {
    return {
      phase: "Pending",
      conditions: conditions("False", "ContainersNotReady"),
      containerStatuses,
    };
  }
  const ends = all.flatMap((state) => "terminated" in state ? [state.terminated] : []);
  const startTimesMs = all.flatMap((state) => "running" in state ? [state.running.startedAtMs] : [])
    .concat(ends.map(({ startedAtMs }) => startedAtMs));
  const isOver = ends.length === all.length;
  const failed = ends.some(({ exitCode }) => exitCode !== 0);
  const phase = !isOver ? "Running" : failed ? "Failed" : "Succeeded";
  const reason = isOver ? (failed ? "PodFailed" : "PodCompleted") : "ContainersNotReady";
  return {
    phase,
    hostIP: "127.0.0.1",
    hostIPs: [{ ip: "127.0.0.1" }],
    podIP: ip,
    podIPs: [{ ip }],
    startTime: isoTime(Math.min(...startTimesMs)),
    conditions: ends.length === 0 ? conditions("True") : conditions("False", reason),
    containerStatuses,
  };
}

/** Returns the status of a pod that was deleted before its containers started. */
export function neverStartedStatus(): unknown {
  return { phase: "Failed", conditions: conditions("False", "PodFailed") };
}

function containerStatus({ name, image }: NodeContainer, state: ContainerState | undefined) {
  const ready = state !== undefined && "running" in state;
  const described = describeState(state);
  return { name, image, imageID: "", ready, started: ready, restartCount: 0, state: described };
}

function describeState(state: ContainerState | undefined): Record<string, unknown> {
  if (!state) return { waiting: { reason: "ContainerCreating" } };
  if ("waiting" in state) return state;
  if ("running" in state) return { running: { startedAt: isoTime(state.running.startedAtMs) } };
  const { exitCode, message, startedAtMs, endedAtMs } = state.terminated;
  return {
    terminated: {
      exitCode,
      reason: exitCode === 0 ? "Completed" : "Error",
      ...(message !== "" && { message }),
      startedAt: isoTime(startedAtMs),
      finishedAt: isoTime(endedAtMs),
    },
  };
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
