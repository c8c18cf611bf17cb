import { graphs } from "../../reconcile/dynamo/resources.ts";
import { deleteNamespace } from "./delete_namespace.ts";
import { frontend, graphOf, worker } from "./graphs.ts";
import type { NamespaceClient } from "./namespace_client.ts";

/** Edits graphs continuously, so that an operator always has something to write. */
export interface GraphEdits extends AsyncDisposable {
  /** Stops; resolves when the API server has answered the last edit. */
  stop(): Promise<void>;
}

const PAUSE_MS = 100;

/**
 * Creates some graphs and edits them in turn. The end of the scope stops this and deletes the namespace.
 *
 * @param pauseMs time between two edits
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
