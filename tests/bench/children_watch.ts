import { type Deployment, deployments, type Service, services } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { BENCH_NAMESPACE } from "./sample_graph.ts";

/** Watches how the last children of graphs come into being. */
export interface ChildrenWatch extends AsyncDisposable {
  /** Resolves with the moment (milliseconds since 1970) at which the last of them was seen. */
  allExist: Promise<number>;
}

/**
 * Starts to watch the Deployments and Services of the benchmark's namespace, which must have none yet. The same
 * watch runs beside the bare loop and beside the operator, so that it costs both the same.
 *
 * @param options.count how many there will be of each
 */
export async function watchChildren(
  client: Client,
  { count, deadlineMs }: { count: number; deadlineMs: number },
): Promise<ChildrenWatch> {
  const stop = new AbortController();
  const counts = [
    await countAdded<Deployment>(client, deployments, count, stop.signal),
    await countAdded<Service>(client, services, count, stop.signal),
  ];
  const seen = counts.map(({ reached }) => reached);
  const timer = setTimeout(
    () =>
      stop.abort(new Error(`Not all ${2 * count} children existed after ${deadlineMs / 1000} s`)),
    deadlineMs,
  );
  const allExist = Promise.all(seen).then((moments) => Math.max(...moments));
  // Whoever waits for it sees the failure; when nobody does, something else has failed before.
  allExist.catch(() => {});
  return {
    allExist,
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      stop.abort();
      await Promise.allSettled(seen);
    },
  };
}

/** Resolves, once it is clear where to watch from, with the count that goes on. */
async function countAdded<T extends KubeObject>(
  client: Client,
  resource: Resource<T>,
  count: number,
  signal: AbortSignal,
): Promise<{ reached: Promise<number> }> {
  const namespace = BENCH_NAMESPACE;
  const { items, resourceVersion } = await client.list(resource, { namespace, signal });
  if (items.length > 0) {
    throw new Error(`Cannot count new objects: there is a ${resource.kind} already`);
  }
  const watch = async () => {
    let seen = 0;
    for await (const event of client.watch(resource, { namespace, resourceVersion, signal })) {
      if (event.type === "ADDED" && ++seen === count) return Date.now();
      if (event.type === "ERROR") throw event.error;
      if (event.type === "BROKEN") throw new Error(event.message);
    }
    signal.throwIfAborted();
    throw new Error(`The watch of ${resource.kind} ended after ${seen} of ${count}`);
  };
  return { reached: watch() };
}
