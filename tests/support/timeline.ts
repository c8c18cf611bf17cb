import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";

/** One version of an object. */
interface Version {
  /** Counts over all kinds, so that versions of different objects can be put in order. */
  at: bigint;
  object: KubeObject;
  gone: boolean;
}

/** Every version that the objects of some kinds in a namespace ever had, from the start of the recording. */
export interface Timeline extends AsyncDisposable {
  /** Ends the recording; until then nothing may be asked. */
  stop(): Promise<void>;
  /** All versions of one kind in their order, deletions left out. */
  versions<T extends KubeObject>(resource: Resource<T>): T[];
  /** The objects of a kind as they were when this version of another object was stored. */
  asOf<T extends KubeObject>(resource: Resource<T>, moment: KubeObject): T[];
}

/**
 * Starts to record. Versions are told by watches, which leave none out.
 *
 * @param resources the kinds of interest
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
        .filter(({ gone }) => !gone).map(({ object }) => object as T),
    asOf<T extends KubeObject>(resource: Resource<T>, moment: KubeObject) {
      const until = at(moment);
      const latest = new Map<string, Version>();
      for (const version of of(resource as unknown as Resource<KubeObject>)) {
        if (version.at <= until) latest.set(version.object.metadata.name, version);
      }
      return [...latest.values()].filter(({ gone }) => !gone).map(({ object }) => object as T);
    },
    [Symbol.asyncDispose]: stop,
  };
}

function version(object: KubeObject, gone: boolean): Version {
  return { at: at(object), object, gone };
}

/** Comparable for all kinds of one API server, see KEP-5504. */
function at({ metadata: { resourceVersion = "0" } }: KubeObject): bigint {
  return BigInt(resourceVersion);
}
