import { graphs } from "../../reconcile/dynamo/resources.ts";
import { deleteNamespace } from "./delete_namespace.ts";
import { frontend, graphOf, worker } from "./graphs.ts";
import type { NamespaceClient } from "./namespace_client.ts";

/** A loop that edits graphs, so that the operator continuously writes to the API server. */
export interface GraphEdits extends AsyncDisposable {
  /** Stops editing the graphs; resolves when the API server has responded to the last edit. */
  stop(): Promise<void>;
}

const PAUSE_MS = 100;

/**
 * Creates `count` graphs and starts a loop that edits them one after another. Disposing the result stops the loop and
 * deletes the namespace.
 *
 * @param pauseMs pause between two edits, in milliseconds
 */
export async function editGraphs(
  kube: NamespaceClient,
  { count = 4, pauseMs = PAUSE_MS }: { count?: number; pauseMs?: number } = {},
): Promise<GraphEdits> {
  const names = Array.from({ length: count }, (_, index) => `busy-${index}`);
  for (const name of names) {
    await kube.apply(graphs, graphOf(name, { Frontend: frontend(), Worker: worker() }));
  }
  let stopped = false;
  const editing = (async () => {
    for (let step = 0; !stopped; step++) {
      const name = names[step % names.length] ?? "";
      await kube.edit(graphs, name, {
        spec: {
          services: { Worker: { replicas: 1 + step % 3 }, Frontend: { replicas: step % 2 } },
        },
      });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  })();
  const stop = async () => {
    stopped = true;
    await editing;
  };
  return {
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await deleteNamespace(kube.client, kube.namespace);
    },
  };
}
