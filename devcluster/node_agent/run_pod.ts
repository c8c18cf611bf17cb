import type { Api } from "../api.ts";
import { ContainerConfigError, environment, expand, type ReadSecret } from "./environment.ts";
import type { Image } from "./image.ts";
import { type NodePod, podPath } from "./pod.ts";
import { type PodProcess, startPodProcess } from "./pod_process.ts";
import {
  endedStatus,
  neverStartedStatus,
  onlyContainer,
  runningStatus,
  waitingStatus,
} from "./pod_status.ts";

const DEFAULT_TERMINATION_LOG = "/dev/termination-log";
const DEFAULT_GRACE_SECONDS = 30;

export interface RunPodContext {
  api: Api;
  images: ReadonlyMap<string, Image>;
  /** Folder for logs and last words. */
  folder: string;
  nextAddress(): string;
}

/** One pod on its way from its placement to its end; nothing is restarted. */
export interface RunningPod {
  /** Goes on with what is due: called again and again with the pod as it is in the API, until the pod is gone from there. */
  step(pod: NodePod): Promise<void>;
  /** The pod was taken out of the API without waiting for its end. */
  abandon(): void;
  process(): PodProcess | undefined;
  /** Resolves when the end of its process, if it has ended, is told. */
  settled(): Promise<void>;
}

export function runPod(context: RunPodContext, first: NodePod): RunningPod {
  const { api } = context;
  const ip = context.nextAddress();
  let process: PodProcess | undefined;
  let waitingFor: string | undefined;
  let over = false;
  let told: Promise<void> = Promise.resolve();
  let terminating = false;

  async function tell(pod: NodePod, status: unknown): Promise<void> {
    const type = { "content-type": "application/strategic-merge-patch+json" };
    const body = { metadata: { uid: pod.metadata.uid }, status };
    await api.request("PATCH", `${podPath(pod)}/status`, body, type);
  }

  async function start(pod: NodePod): Promise<void> {
    try {
      process = startPodProcess(await commandOf(context, pod, ip));
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) throw error;
      if (waitingFor === error.message) return;
      waitingFor = error.message;
      return await tell(pod, waitingStatus(pod, "CreateContainerConfigError", error.message));
    }
    const { startedAtMs, ended } = process;
    await tell(pod, runningStatus(pod, ip, startedAtMs));
    told = ended.then(async (end) => {
      over = true;
      await ignoreGone(tell(pod, endedStatus(pod, end)));
    }).catch((error) => console.error(`Pod "${pod.metadata.name}": ${error}`));
  }

  /** SIGTERM, after the grace period SIGKILL, then the last status, and only then the pod goes. */
  async function terminate(pod: NodePod): Promise<void> {
    const { deletionGracePeriodSeconds: grace = DEFAULT_GRACE_SECONDS, uid } = pod.metadata;
    if (process) {
      process.signal("SIGTERM");
      const timer = setTimeout(() => process?.signal("SIGKILL"), grace * 1000);
      await process.ended;
      clearTimeout(timer);
      await told;
    } else await ignoreGone(tell(pod, neverStartedStatus()));
    const options = { gracePeriodSeconds: 0, preconditions: { uid } };
    await ignoreGone(api.request("DELETE", podPath(pod), options));
  }

  return {
    process: () => process,
    settled: () => told,
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

/** Whether a pod had ended before this agent saw it. */
function isOver({ status }: NodePod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** @throws {ContainerConfigError} if the container cannot be made, for now */
async function commandOf({ api, images, folder }: RunPodContext, pod: NodePod, ip: string) {
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
    // A kubelet would mount the file at that path.
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

/** What is asked for may be gone by now, or be another of the same name. */
async function ignoreGone<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    const gone = error instanceof Error && /API server answered (404|409)/.test(error.message);
    if (!gone) throw error;
    return undefined;
  }
}
