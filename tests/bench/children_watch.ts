import { type Deployment, deployments, type Service, services } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { BENCH_NAMESPACE } from "./sample_graph.ts";

/** Watches that report when all Deployments and Services of the graphs exist. */
export interface ChildrenWatch extends AsyncDisposable {
  /** Resolves when all expected objects exist. The value is the time of the last event, in milliseconds since 1970. */
  allExist: Promise<number>;
}

/**
 * Starts to watch Deployments and Services in a namespace. Throws if such an object already exists. Measurements with
 * and without the operator use the same watches, so that the watches add the same costs to both.
 *
 * @param options.count expected number of objects of each kind
 */
export async function watchChildren(
  client: Client,
  { count, deadlineMs, namespace = BENCH_NAMESPACE }: {
    count: number;
    deadlineMs: number;
    namespace?: string;
  },
): Promise<ChildrenWatch> {
  const stop = new AbortController();
  const counts = [
    await countAdded<Deployment>(client, deployments, { namespace, count }, stop.signal),
    await countAdded<Service>(client, services, { namespace, count }, stop.signal),
  ];
  const seen = counts.map(({ reached }) => reached);
  const timer = setTimeout(
    () =>
      stop.abort(new Error(`Not all ${2 * count} children existed after ${deadlineMs / 1000} s`)),
    deadlineMs,
  );
  const allExist = Promise.all(seen).then((moments) => Math.max(...moments));
  // Prevents an unhandled rejection of `allExist` if the measurement fails before it awaits this promise.
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

/**
 * Watches a kind. Throws if an object of the kind already exists. When the watch has reported `count` new objects,
 * `reached` resolves to the time in milliseconds since 1970.
 */
async function countAdded<T extends KubeObject>(
  client: Client,
  resource: Resource<T>,
  { namespace, count }: { namespace: string; count: number },
  signal: AbortSignal,
): Promise<{ reached: Promise<number> }> {
  const { items, resourceVersion } = await client.list(resource, { namespace, signal });
  if (items.length > 0) {
    throw new Error(`Cannot count new objects: a ${resource.kind} exists already`);
  }
  const watch = async () => {
    let seen = 0;
    for await (const event of client.watch(resource, { namespace, resourceVersion, signal })) {
      if (event.type === "ADDED" && ++seen === count) return Date.now();
      if (event.type === "ERROR") throw event.error;
      if (event.type === "BROKEN") throw event.error;
    }
    signal.throwIfAborted();
    throw new Error(`The watch of ${resource.kind} closed after ${seen} of ${count} objects`);
  };
  return { reached: watch() };
}
