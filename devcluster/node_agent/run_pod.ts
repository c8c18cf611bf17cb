import type { Api } from "../api.ts";
import { undefinedIfNotFound } from "../not_found.ts";
import { spawnTethered, type TetheredOptions } from "../tethered_process.ts";
import { ContainerConfigError, environment, expand, type ReadSecret } from "./environment.ts";
import type { Image } from "./image.ts";
import { type NodeContainer, type NodePod, podPath } from "./pod.ts";
import {
  type ContainerState,
  neverStartedStatus,
  podStatus,
  type ProcessEnd,
} from "./pod_status.ts";

const DEFAULT_TERMINATION_LOG = "/dev/termination-log";
const DEFAULT_GRACE_SECONDS = 30;
/** Maximum size of a termination message, as in the kubelet. */
const MAX_MESSAGE_BYTES = 4096;

export interface RunPodContext {
  api: Api;
  images: ReadonlyMap<string, Image>;
  /** Folder for the output and the termination logs of the pods. */
  folder: string;
  nextAddress(): string;
}

/** The process of a container. It does not outlive the process of the node agent. */
interface PodProcess {
  readonly startedAtMs: number;
  readonly ended: Promise<ProcessEnd>;
  /** Sends a signal; does nothing if the process of the container has stopped. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

/** A pod that is scheduled on this node and not yet deleted. */
export interface RunningPod {
  /**
   * Starts or stops the pod's processes according to the pod object. The agent calls this method repeatedly until the
   * object is deleted.
   */
  step(pod: NodePod): Promise<void>;
  /** Kills the processes of a pod that was force-deleted. */
  abandon(): void;
  processes(): PodProcess[];
  /** Resolves when the pod status contains the results of all processes that have stopped. */
  settled(): Promise<void>;
}

export function runPod(context: RunPodContext, first: NodePod): RunningPod {
  const { api } = context;
  const ip = context.nextAddress();
  const processes = new Map<string, PodProcess>();
  const states = new Map<string, ContainerState>();
  let reported: Promise<void> = Promise.resolve();
  let terminating = false;

  async function patchStatus(pod: NodePod, status: unknown): Promise<void> {
    const type = { "content-type": "application/strategic-merge-patch+json" };
    const body = { metadata: { uid: pod.metadata.uid }, status };
    await api.request("PATCH", `${podPath(pod)}/status`, body, type);
  }

  /**
   * Writes the container states to the pod status. Sends one request at a time, so that an older status never replaces
   * a newer one.
   */
  function report(pod: NodePod): Promise<void> {
    const sent = reported.then(() => ignoreGone(patchStatus(pod, podStatus(pod, ip, states))));
    reported = sent.catch(() => {});
    return sent;
  }

  /** Starts the containers that have no process yet, and reports their states if a state has changed. */
  async function start(pod: NodePod): Promise<void> {
    let changed = false;
    for (const container of pod.spec.containers) {
      const { name } = container;
      if (processes.has(name)) continue;
      const state = await startContainer(pod, container);
      changed ||= JSON.stringify(states.get(name)) !== JSON.stringify(state);
      states.set(name, state);
    }
    if (changed) await report(pod);
  }

  async function startContainer(pod: NodePod, container: NodeContainer): Promise<ContainerState> {
    try {
      const process = startProcess(await containerProcess(context, pod, container, ip));
      processes.set(container.name, process);
      void process.ended.then((end) => {
        states.set(container.name, { terminated: end });
        report(pod).catch((error) => console.error(`Pod "${pod.metadata.name}": ${error}`));
      });
      return { running: { startedAtMs: process.startedAtMs } };
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) throw error;
      return { waiting: { reason: "CreateContainerConfigError", message: error.message } };
    }
  }

  /**
   * Stops the processes with SIGTERM, or with SIGKILL after the grace period. Then writes the final status and deletes
   * the pod.
   */
  async function terminate(pod: NodePod): Promise<void> {
    const { deletionGracePeriodSeconds: grace = DEFAULT_GRACE_SECONDS, uid } = pod.metadata;
    const all = [...processes.values()];
    if (all.length > 0) {
      for (const process of all) process.signal("SIGTERM");
      const kill = () => all.forEach((process) => process.signal("SIGKILL"));
      const timer = setTimeout(kill, grace * 1000);
      await Promise.all(all.map(({ ended }) => ended));
      clearTimeout(timer);
      await reported;
    } else await ignoreGone(patchStatus(pod, neverStartedStatus()));
    const options = { gracePeriodSeconds: 0, preconditions: { uid } };
    await ignoreGone(api.request("DELETE", podPath(pod), options));
  }

  return {
    processes: () => [...processes.values()],
    settled: () => reported,
    async step(pod) {
      if (pod.metadata.deletionTimestamp) {
        if (terminating) return;
        terminating = true;
        return await terminate(pod);
      }
      if (processes.size < pod.spec.containers.length && !isOver(first)) await start(pod);
    },
    abandon: () => processes.forEach((process) => process.signal("SIGKILL")),
  };
}

function isOver({ status }: NodePod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

type ContainerProcess =
  & Pick<TetheredOptions, "command" | "env" | "logFile">
  & { terminationLog: string };

function startProcess({ terminationLog, ...options }: ContainerProcess): PodProcess {
  const startedAtMs = Date.now();
  const { exited, signal } = spawnTethered({ ...options, clearEnv: true });
  const ended = exited.then(async (exitCode) => {
    const endedAtMs = Date.now();
    const bytes = await undefinedIfNotFound(Deno.readFile(terminationLog));
    const message = new TextDecoder().decode(bytes?.subarray(-MAX_MESSAGE_BYTES));
    return { exitCode, startedAtMs, endedAtMs, message };
  });
  return { startedAtMs, ended, signal };
}

/** Returns the command and the environment of a container. Throws if a Secret or the image is missing. */
async function containerProcess(
  { api, images, folder }: RunPodContext,
  pod: NodePod,
  container: NodeContainer,
  ip: string,
): Promise<ContainerProcess> {
  const image = images.get(container.image);
  if (!image) throw new ContainerConfigError(`image "${container.image}" is not on this node`);
  const ofPod = `${folder}/${pod.metadata.namespace}-${pod.metadata.name}`;
  const isFirst = container === pod.spec.containers[0];
  const files = isFirst ? ofPod : `${ofPod}-${container.name}`;
  const terminationLog = `${files}.termination-log`;
  await Deno.writeTextFile(terminationLog, "");
  const env = await environment(pod, container, ip, secretReader(api, pod.metadata.namespace));
  const { command = image.entrypoint, args = [], terminationMessagePath } = container;
  const path = terminationMessagePath ?? DEFAULT_TERMINATION_LOG;
  const mounts = [[path, terminationLog], ...await emptyFolders(pod, container, ofPod)];
  const words = [...command, ...args.map((arg) => expand(arg, env))]
    // A kubelet would mount these files and folders. This agent replaces their paths in the command line instead.
    .map((word) => mounts.reduce((text, [from = "", to = ""]) => text.replaceAll(from, to), word));
  return {
    command: image.adapt?.(words, terminationLog) ?? words,
    env: { ...image.env, ...env, HOSTNAME: pod.metadata.name },
    logFile: `${files}.log`,
    terminationLog,
  };
}

/**
 * Creates a folder for each volume of type `emptyDir` that a container mounts. Returns pairs: the mount path in the
 * container, and the path of the folder.
 */
async function emptyFolders(
  { spec: { volumes = [] } }: NodePod,
  { volumeMounts = [] }: NodeContainer,
  files: string,
): Promise<[string, string][]> {
  const mounts = volumeMounts.filter(({ name }) =>
    volumes.some((volume) => volume.name === name && volume.emptyDir)
  );
  return await Promise.all(mounts.map(async ({ name, mountPath }): Promise<[string, string]> => {
    const folder = `${files}-volumes/${name}`;
    await Deno.mkdir(folder, { recursive: true });
    return [mountPath, folder];
  }));
}

function secretReader(api: Api, namespace: string): ReadSecret {
  return async (name) => {
    const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
    const secret = await ignoreGone(api.request<{ data?: Record<string, string> }>("GET", path));
    if (!secret) return undefined;
    const decode = (text: string) =>
      new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
    return Object.fromEntries(
      Object.entries(secret.data ?? {}).map(([key, value]) => [key, decode(value)]),
    );
  };
}

/** Returns the response of a request; undefined after a 404 or 409, because the object was deleted or recreated. */
async function ignoreGone<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    const gone = error instanceof Error && /API server answered (404|409)/.test(error.message);
    if (!gone) throw error;
    return undefined;
  }
}
