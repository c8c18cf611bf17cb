import type { Api } from "../api.ts";
import { undefinedIfNotFound } from "../not_found.ts";
import { spawnTethered, type TetheredOptions } from "../tethered_process.ts";
import { ContainerConfigError, environment, expand, type ReadSecret } from "./environment.ts";
import type { Image } from "./image.ts";
import { type NodePod, podPath } from "./pod.ts";
import {
  endedStatus,
  neverStartedStatus,
  onlyContainer,
  type ProcessEnd,
  runningStatus,
  waitingStatus,
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
  /** Resolves when the process of the container has stopped. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends a signal; does nothing if the process of the container has stopped. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

/** A pod that is scheduled on this node and not yet deleted. */
export interface RunningPod {
  /** Starts or stops the process according to the pod object. The agent calls this until the object is deleted. */
  step(pod: NodePod): Promise<void>;
  /** Kills the process of a pod that was force-deleted. */
  abandon(): void;
  process(): PodProcess | undefined;
  /** Resolves when the pod status contains the result of the process, or at once if no process was started. */
  settled(): Promise<void>;
}

export function runPod(context: RunPodContext, first: NodePod): RunningPod {
  const { api } = context;
  const ip = context.nextAddress();
  let process: PodProcess | undefined;
  let waitingFor: string | undefined;
  let over = false;
  let reported: Promise<void> = Promise.resolve();
  let terminating = false;

  async function patchStatus(pod: NodePod, status: unknown): Promise<void> {
    const type = { "content-type": "application/strategic-merge-patch+json" };
    const body = { metadata: { uid: pod.metadata.uid }, status };
    await api.request("PATCH", `${podPath(pod)}/status`, body, type);
  }

  async function start(pod: NodePod): Promise<void> {
    try {
      process = startProcess(await containerProcess(context, pod, ip));
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) throw error;
      if (waitingFor === error.message) return;
      waitingFor = error.message;
      return await patchStatus(
        pod,
        waitingStatus(pod, "CreateContainerConfigError", error.message),
      );
    }
    const { startedAtMs, ended } = process;
    await patchStatus(pod, runningStatus(pod, ip, startedAtMs));
    reported = ended.then(async (end) => {
      over = true;
      await ignoreGone(patchStatus(pod, endedStatus(pod, end)));
    }).catch((error) => console.error(`Pod "${pod.metadata.name}": ${error}`));
  }

  /** Sends SIGTERM, and SIGKILL after the grace period; then writes the final status and deletes the pod. */
  async function terminate(pod: NodePod): Promise<void> {
    const { deletionGracePeriodSeconds: grace = DEFAULT_GRACE_SECONDS, uid } = pod.metadata;
    if (process) {
      process.signal("SIGTERM");
      const timer = setTimeout(() => process?.signal("SIGKILL"), grace * 1000);
      await process.ended;
      clearTimeout(timer);
      await reported;
    } else await ignoreGone(patchStatus(pod, neverStartedStatus()));
    const options = { gracePeriodSeconds: 0, preconditions: { uid } };
    await ignoreGone(api.request("DELETE", podPath(pod), options));
  }

  return {
    process: () => process,
    settled: () => reported,
    async step(pod) {
      if (pod.metadata.deletionTimestamp) {
        if (terminating) return;
        terminating = true;
        return await terminate(pod);
      }
      if (!process && !over && !isOver(first)) await start(pod);
    },
    abandon: () => process?.signal("SIGKILL"),
  };
}

/** Returns whether a pod had succeeded or failed before this agent started. */
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
  ip: string,
): Promise<ContainerProcess> {
  const container = onlyContainer(pod);
  const image = images.get(container.image);
  if (!image) throw new ContainerConfigError(`image "${container.image}" is not on this node`);
  const files = `${folder}/${pod.metadata.namespace}-${pod.metadata.name}`;
  const terminationLog = `${files}.termination-log`;
  await Deno.writeTextFile(terminationLog, "");
  const env = await environment(pod, container, ip, secretReader(api, pod.metadata.namespace));
  const { command = image.entrypoint, args = [], terminationMessagePath } = container;
  const path = terminationMessagePath ?? DEFAULT_TERMINATION_LOG;
  const words = [...command, ...args.map((arg) => expand(arg, env))]
    // The kubelet mounts the termination log at `path`. This agent replaces the path in the command line instead.
    .map((word) => word.replaceAll(path, terminationLog));
  return {
    command: image.adapt?.(words, terminationLog) ?? words,
    env: { ...image.env, ...env, HOSTNAME: pod.metadata.name },
    logFile: `${files}.log`,
    terminationLog,
  };
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
