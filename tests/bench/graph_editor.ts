import { type Deployment, deployments } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { graphs as graphKind } from "../../reconcile/dynamo/resources.ts";
import { BENCH_NAMESPACE, sampleGraph } from "./sample_graph.ts";

/** Edits graphs one after the other, and observes their Deployments. */
export interface GraphEditor extends AsyncDisposable {
  /**
   * Changes an environment variable of the service `Decode` in a graph. Returns the milliseconds from the request until
   * a watch in this process reports the changed Deployment.
   *
   * @param number number of the graph, see `sampleGraph`
   */
  edit(number: number): Promise<number>;
}

const VARIABLE = "BENCH_EDIT";
const DEADLINE_MS = 120_000;

export async function createGraphEditor(client: Client): Promise<GraphEditor> {
  const stop = new AbortController();
  const namespace = BENCH_NAMESPACE;
  const { resourceVersion } = await client.list(deployments, { namespace, signal: stop.signal });
  const waiting = new Map<string, PromiseWithResolvers<number>>();

  async function watch() {
    const events = client.watch<Deployment>(deployments, {
      namespace,
      resourceVersion,
      signal: stop.signal,
    });
    for await (const event of events) {
      if (event.type === "ERROR") throw event.error;
      if (event.type === "BROKEN") throw new Error(event.error.message);
      if ("object" in event) waiting.get(editOf(event.object))?.resolve(performance.now());
    }
    if (!stop.signal.aborted) throw new Error("The watch of Deployments closed");
  }
  const watching = watch().catch((error) => {
    for (const edit of waiting.values()) edit.reject(error);
  });

  return {
    async edit(number) {
      const value = crypto.randomUUID();
      const seen = Promise.withResolvers<number>();
      waiting.set(value, seen);
      const timer = setTimeout(
        () => seen.reject(new Error(`No Deployment changed ${DEADLINE_MS / 1000} s after an edit`)),
        DEADLINE_MS,
      );
      // Prevents an unhandled rejection if `seen.promise` is rejected before the patch request has ended.
      seen.promise.catch(() => {});
      const startedMs = performance.now();
      try {
        await client.patch(graphKind, sampleGraph(number).metadata, {
          type: "merge",
          body: { spec: { services: { Decode: { envs: [{ name: VARIABLE, value }] } } } },
        });
        return await seen.promise - startedMs;
      } finally {
        clearTimeout(timer);
        waiting.delete(value);
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await watching;
    },
  };
}

/** Returns the value of the last edit from the pod template of a Deployment; "" before the first edit. */
function editOf({ spec }: Deployment): string {
  const env = spec?.template.spec?.containers.flatMap((container) => container.env ?? []) ?? [];
  return env.find(({ name }) => name === VARIABLE)?.value ?? "";
}
