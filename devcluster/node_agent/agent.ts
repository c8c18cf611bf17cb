import { adminApi } from "../api.ts";
import type { Cluster } from "../cluster.ts";
import { podAddresses } from "./addresses.ts";
import type { Image } from "./image.ts";
import { joinNode, slotLimits } from "./node.ts";
import type { NodePod } from "./pod.ts";
import { type RunningPod, runPod } from "./run_pod.ts";

const LOOK_EVERY_MS = 100;

export interface NodeAgentOptions {
  cluster: Pick<Cluster, "server" | "folder">;
  /** What to run for which image. */
  images: Record<string, Image>;
  /** Name of the node; random when absent. */
  name?: string;
}

/** A node of the cluster whose pods are processes of this machine. It ends with this process at the latest. */
export interface NodeAgent extends AsyncDisposable {
  readonly name: string;
  /** Makes all pods of a namespace come to this node, those that are created from now on. */
  takeNamespace(namespace: string): Promise<void>;
  /** Sends a signal to a pod's process, as an accident would; false if it does not run. */
  kill(namespace: string, pod: string, signal: "SIGTERM" | "SIGKILL"): boolean;
  /** What a pod has written to its output so far. */
  log(namespace: string, pod: string): Promise<string>;
  /** What is in a pod's termination log just now. */
  lastWords(namespace: string, pod: string): Promise<string>;
}

/**
 * Plays a kubelet for pods with one container that is never restarted: command, arguments, environment from fields and
 * Secrets, an address of its own, termination message, SIGTERM and grace period, exit codes. There are no mounts, no
 * probes and no isolation.
 */
export async function startNodeAgent(options: NodeAgentOptions): Promise<NodeAgent> {
  const { cluster: { server, folder: clusterFolder } } = options;
  const name = options.name ?? `agent-${crypto.randomUUID().slice(0, 8)}`;
  await using stack = new AsyncDisposableStack();
  const api = stack.use(await adminApi({ server, pkiDirectory: `${clusterFolder}/pki` }));
  const folder = `${clusterFolder}/pods-${name}`;
  await Deno.mkdir(folder, { recursive: true });
  stack.use(await joinNode(api, name));

  const running = new Map<string, RunningPod & { key: string }>();
  const steps = new Set<Promise<void>>();
  const nextAddress = podAddresses(Math.random);
  const context = { api, images: new Map(Object.entries(options.images)), folder, nextAddress };
  let stopped = false;

  async function look(): Promise<void> {
    const query = `fieldSelector=spec.nodeName%3D${name}`;
    const { items } = await api.request<{ items: NodePod[] }>("GET", `/api/v1/pods?${query}`);
    const there = new Set(items.map(({ metadata }) => metadata.uid));
    for (const [uid, pod] of running) {
      if (there.has(uid)) continue;
      pod.abandon();
      running.delete(uid);
    }
    for (const pod of items) {
      const { uid, namespace, name } = pod.metadata;
      const known = running.get(uid) ?? { ...runPod(context, pod), key: `${namespace}/${name}` };
      running.set(uid, known);
      track(known, pod);
    }
  }

  const busy = new Set<RunningPod>();
  function track(known: RunningPod, pod: NodePod) {
    // The end of a pod takes as long as its grace period; what comes meanwhile is seen afterwards.
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

  const looking = (async () => {
    while (!stopped) {
      await look().catch((error) => console.error(`Node "${name}": ${error}`));
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  })();
  stack.defer(async () => {
    stopped = true;
    await looking;
    const processes = [...running.values()].flatMap((pod) => pod.process() ?? []);
    for (const process of processes) process.signal("SIGKILL");
    await Promise.all([...steps, ...processes.map(({ ended }) => ended)]);
    await Promise.all([...running.values()].map((pod) => pod.settled()));
  });
  const kept = stack.move();
  return {
    name,
    takeNamespace: (namespace) =>
      api.ensure(`/api/v1/namespaces/${namespace}/limitranges`, slotLimits(name, namespace)),
    kill(namespace, pod, signal) {
      const found = [...running.values()].find(({ key }) => key === `${namespace}/${pod}`);
      const process = found?.process();
      process?.signal(signal);
      return process !== undefined;
    },
    log: (namespace, pod) => Deno.readTextFile(`${folder}/${namespace}-${pod}.log`),
    lastWords: (namespace, pod) =>
      Deno.readTextFile(`${folder}/${namespace}-${pod}.termination-log`),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
