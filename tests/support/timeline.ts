import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";

interface Version {
  /** The resourceVersion of the object as a number. It orders the versions of objects of all kinds. */
  order: bigint;
  object: KubeObject;
  deleted: boolean;
}

/** A recording of every version of the objects of certain kinds in one namespace. */
export interface Timeline extends AsyncDisposable {
  /** Stops the recording. Call the other methods only after this method. */
  stop(): Promise<void>;
  /** Returns all versions of all objects of a kind, the oldest first, without deletions. */
  versions<T extends KubeObject>(resource: Resource<T>): T[];
  /** Returns the objects of a kind as they existed when the API server stored `moment`, a version of another object. */
  asOf<T extends KubeObject>(resource: Resource<T>, moment: KubeObject): T[];
}

/**
 * Starts a recording. A recording uses watches, because a watch reports every version of an object.
 *
 * @param resources kinds to record
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
      if (event.type === "BROKEN") throw event.error;
      if (!("object" in event)) continue;
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

/** Returns the resourceVersion of an object as a number, comparable among all kinds of one API server (KEP-5504). */
function orderOf({ metadata: { resourceVersion = "0" } }: KubeObject): bigint {
  return BigInt(resourceVersion);
}
