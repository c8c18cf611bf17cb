import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";

/** One version of an object. */
interface Version {
  /** Its resourceVersion, which orders the versions of all kinds. */
  order: bigint;
  object: KubeObject;
  deleted: boolean;
}

/** Every version of the objects of some kinds in a namespace since the start of the recording. */
export interface Timeline extends AsyncDisposable {
  /** Ends the recording; the other methods must be called afterwards. */
  stop(): Promise<void>;
  /** Returns all versions of the objects of a kind in their order, without deletions. */
  versions<T extends KubeObject>(resource: Resource<T>): T[];
  /** Returns the objects of a kind as they were when the version `moment` of another object was stored. */
  asOf<T extends KubeObject>(resource: Resource<T>, moment: KubeObject): T[];
}

/**
 * Starts to record versions by watches, which report every version.
 *
 * @param resources the kinds to record
 */
export async function recordTimeline(
  client: Client,
  namespace: string,
  resources: readonly Resource<KubeObject>[],
): Promise<Timeline> {
  const ending = new AbortController();
  const recorded = new Map<string, Version[]>();
  const of = (resource: Resource<KubeObject>) => recorded.get(resource.plural) ?? [];

  const follow = async (resource: Resource<KubeObject>, resourceVersion: string) => {
    const { signal } = ending;
    for await (const event of client.watch(resource, { namespace, resourceVersion, signal })) {
      if (event.type === "ERROR") throw event.error;
      if (event.type === "BROKEN") throw new Error(event.message);
      if (event.type === "BOOKMARK") continue;
      of(resource).push(version(event.object, event.type === "DELETED"));
    }
  };
  const watches: Promise<void>[] = [];
  for (const resource of resources) {
    const { items, resourceVersion } = await client.list(resource, { namespace });
    recorded.set(resource.plural, items.map((object) => version(object, false)));
    watches.push(follow(resource, resourceVersion));
  }

  const stop = async () => {
    ending.abort();
    await Promise.all(watches);
  };
  return {
    stop,
    versions: <T extends KubeObject>(resource: Resource<T>) =>
      of(resource as unknown as Resource<KubeObject>)
        .filter(({ deleted }) => !deleted).map(({ object }) => object as T),
    asOf<T extends KubeObject>(resource: Resource<T>, moment: KubeObject) {
      const until = orderOf(moment);
      const latest = new Map<string, Version>();
      for (const version of of(resource as unknown as Resource<KubeObject>)) {
        if (version.order <= until) latest.set(version.object.metadata.name, version);
      }
      return [...latest.values()].filter(({ deleted }) => !deleted).map(({ object }) =>
        object as T
      );
    },
    [Symbol.asyncDispose]: stop,
  };
}

function version(object: KubeObject, deleted: boolean): Version {
  return { order: orderOf(object), object, deleted };
}

/** Returns the resourceVersion, which is comparable among all kinds of one API server (KEP-5504). */
function orderOf({ metadata: { resourceVersion = "0" } }: KubeObject): bigint {
  return BigInt(resourceVersion);
}
