import { graphs } from "../../reconcile/dynamo/resources.ts";
import { frontend, graphOf, worker } from "./graphs.ts";
import { removeNamespace } from "./delete_namespace.ts";
import type { Scene } from "./namespace_client.ts";

/** Users who never rest: what they edit gives an operator something to write. In the end their namespace goes. */
export interface UserEdits extends AsyncDisposable {
  /** Ends them; resolves when the last edit has been answered. */
  stop(): Promise<void>;
}

const PAUSE_MS = 100;

/**
 * Creates some graphs and edits one after the other until it is stopped.
 *
 * @param pauseMs between two edits
 */
export async function editGraphs(
  scene: Scene,
  { count = 4, pauseMs = PAUSE_MS }: { count?: number; pauseMs?: number } = {},
): Promise<UserEdits> {
  const names = Array.from({ length: count }, (_, index) => `busy-${index}`);
  for (const name of names) {
    await scene.apply(graphs, graphOf(name, { Frontend: frontend(), Worker: worker() }));
  }
  let over = false;
  const editing = (async () => {
    for (let turn = 0; !over; turn++) {
      const name = names[turn % names.length] ?? "";
      await scene.edit(graphs, name, {
        spec: {
          services: { Worker: { replicas: 1 + turn % 3 }, Frontend: { replicas: turn % 2 } },
        },
      });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  })();
  return {
    async stop() {
      over = true;
      await editing;
    },
    async [Symbol.asyncDispose]() {
      over = true;
      await editing;
      await removeNamespace(scene.client, scene.namespace);
    },
  };
}
