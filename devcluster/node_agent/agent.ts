import { adminApi } from "../api.ts";
import type { Cluster } from "../cluster.ts";
import type { Image } from "./image.ts";
import { joinNode, slotLimits } from "./node.ts";
import type { NodePod } from "./pod.ts";
import { type RunningPod, runPod } from "./run_pod.ts";

const POLL_INTERVAL_MS = 100;

export interface NodeAgentOptions {
  cluster: Pick<Cluster, "server" | "folder">;
  /** Programs that the node runs for containers, keyed by the name of the container image. */
  images: Record<string, Image>;
}

/** A node that runs pods as processes on this machine. Its pods do not outlive this process. */
export interface NodeAgent extends AsyncDisposable {
  readonly name: string;
  /** Makes the scheduler place all new pods of a namespace on this node. */
  takeNamespace(namespace: string): Promise<void>;
  /** Sends a signal to the processes of a pod. Returns false if no process of the pod has started. */
  kill(namespace: string, pod: string, signal: "SIGTERM" | "SIGKILL"): boolean;
  /** Returns the output that the first container of a pod has written so far. */
  log(namespace: string, pod: string): Promise<string>;
  /** Returns the text that the first container of a pod has written to its termination log so far. */
  lastWords(namespace: string, pod: string): Promise<string>;
}

/**
 * Starts an agent that acts as the kubelet of a new node.
 *
 * The agent supports `command`, `args`, `env` and `envFrom` (without ConfigMaps). It gives each pod an address, and
 * reports exit codes and the termination message. It observes the grace period after SIGTERM. Instead of mounting
 * `emptyDir` volumes, it replaces their mount paths in the command line with paths on this machine. It does not support
 * other mounts, probes or isolation, and it does not restart containers.
 */
export async function startNodeAgent(options: NodeAgentOptions): Promise<NodeAgent> {
  const { cluster: { server, folder: clusterFolder } } = options;
  const name = `agent-${crypto.randomUUID().slice(0, 8)}`;
  await using stack = new AsyncDisposableStack();
  const api = stack.use(await adminApi(server, clusterFolder));
  const folder = `${clusterFolder}/pods-${name}`;
  await Deno.mkdir(folder, { recursive: true });
  stack.use(await joinNode(api, name));

  const running = new Map<string, RunningPod & { key: string }>();
  const steps = new Set<Promise<void>>();
  const nextAddress = podAddresses(Math.random);
  const context = { api, images: new Map(Object.entries(options.images)), folder, nextAddress };
  let stopped = false;

  async function syncPods(): Promise<void> {
    const query = `fieldSelector=spec.nodeName%3D${name}`;
    const { items } = await api.request<{ items: NodePod[] }>("GET", `/api/v1/pods?${query}`);
    const existing = new Set(items.map(({ metadata }) => metadata.uid));
    for (const [uid, pod] of running) {
      if (existing.has(uid)) continue;
      pod.abandon();
      running.delete(uid);
    }
    for (const pod of items) {
      const { uid, namespace, name } = pod.metadata;
      const known = running.get(uid) ?? { ...runPod(context, pod), key: `${namespace}/${name}` };
      running.set(uid, known);
      startStep(known, pod);
    }
  }

  const busy = new Set<RunningPod>();
  function startStep(known: RunningPod, pod: NodePod) {
    // Skips the pod while its previous step still runs, for example during the grace period. A later poll starts the
    // next step.
    if (busy.has(known)) return;
    busy.add(known);
    const step = known.step(pod)
      .catch((error) => console.error(`Pod "${pod.metadata.name}" on "${name}": ${error}`))
      .finally(() => {
        busy.delete(known);
        steps.delete(step);
      });
    steps.add(step);
  }

  const polling = (async () => {
    while (!stopped) {
      await syncPods().catch((error) => console.error(`Node "${name}": ${error}`));
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
  })();
  stack.defer(async () => {
    stopped = true;
    await polling;
    const processes = [...running.values()].flatMap((pod) => pod.processes());
    for (const process of processes) process.signal("SIGKILL");
    await Promise.all([...steps, ...processes.map(({ ended }) => ended)]);
    await Promise.all([...running.values()].map((pod) => pod.settled()));
  });
  const resources = stack.move();
  return {
    name,
    takeNamespace: (namespace) =>
      api.ensure(`/api/v1/namespaces/${namespace}/limitranges`, slotLimits(name, namespace)),
    kill(namespace, pod, signal) {
      const found = [...running.values()].find(({ key }) => key === `${namespace}/${pod}`);
      const processes = found?.processes() ?? [];
      for (const process of processes) process.signal(signal);
      return processes.length > 0;
    },
    log: (namespace, pod) => Deno.readTextFile(`${folder}/${namespace}-${pod}.log`),
    lastWords: (namespace, pod) =>
      Deno.readTextFile(`${folder}/${namespace}-${pod}.termination-log`),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Returns a function that returns an address for a new pod. All addresses in 127.0.0.0/8 belong to this machine. */
function podAddresses(random: () => number): () => string {
  // The second and third bytes are random, so that the agents of two processes rarely use the same addresses.
  const [second, third] = [1 + Math.floor(random() * 254), Math.floor(random() * 256)];
  let last = 0;
  return () => {
    last = last % 254 + 1;
    return `127.${second}.${third}.${last}`;
  };
}
