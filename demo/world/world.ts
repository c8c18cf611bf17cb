import type { Client } from "../../kube/client.ts";
import { createInformer } from "../../kube/informer.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Change } from "../../kube/store.ts";
import { GRAPH_KINDS } from "./kinds.ts";
import type { Snapshot } from "./snapshot.ts";

export type ChangeHandler = (change: Change<KubeObject>) => void;

/** What a namespace holds of a graph, kept up to date by watches. */
export interface World {
  snapshot(): Snapshot;
  /** Calls the handler after every change until the returned function is called. */
  onChange(handler: ChangeHandler): () => void;
}

/**
 * Starts to watch every kind that comes into being for a graph, until the signal is aborted. Returns when all that
 * exists is known. Throws when that takes longer than `deadlineMs`, with what went wrong.
 */
export async function watchNamespace(
  { client, namespace, signal, deadlineMs }: {
    client: Client;
    namespace: string;
    signal: AbortSignal;
    deadlineMs: number;
  },
): Promise<World> {
  const handlers = new Set<ChangeHandler>();
  const informers = GRAPH_KINDS.map(({ resource }) => {
    const informer = createInformer<KubeObject>({ client, resource, namespace });
    informer.onChange((change) => handlers.forEach((handler) => handler(change)));
    informer.start(signal);
    return { kind: resource.kind, informer };
  });
  const synced = Promise.all(informers.map(({ informer }) => informer.synced));
  const timeout = AbortSignal.timeout(deadlineMs);
  await Promise.race([synced, ended(AbortSignal.any([timeout, signal]))]);
  signal.throwIfAborted();
  const missing = informers.find(({ informer }) => informer.state() !== "synced");
  if (missing) {
    throw new Error(
      `Cannot watch ${missing.kind} objects in "${namespace}": no answer within ${
        deadlineMs / 1000
      } s`,
      { cause: missing.informer.problem() },
    );
  }
  return {
    snapshot: () =>
      informers.flatMap(({ informer }) => informer.store.list()).filter(isNoDefaultAccount),
    onChange(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
  };
}

/** Every namespace gets one, a moment after it was made. */
function isNoDefaultAccount({ kind, metadata }: KubeObject): boolean {
  return kind !== "ServiceAccount" || metadata.name !== "default";
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
