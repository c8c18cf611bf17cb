import type { Client } from "../../kube/client.ts";
import { createInformer, type Informer, type InformerOptions } from "../../kube/informer.ts";
import type { KubeObject } from "../../kube/object.ts";
import { type Resource, resourceName } from "../../kube/resource.ts";
import { createShareValues } from "../../kube/shared_values.ts";
import type { IndexFunctions } from "../../kube/store.ts";
import type { ReadyCheck } from "../../process/health.ts";
import { informerCheck } from "./informer_health.ts";
import { ownerIndex } from "./lookup.ts";

/**
 * Selects the objects that an informer stores, and the fields that it keeps. By default, the informer stores all
 * objects of the kind without their managed fields.
 */
export interface Selection<T extends KubeObject, P extends KubeObject> {
  labelSelector?: string;
  fieldSelector?: string;
  /** If set, the informer stores only the object with this name. */
  name?: string;
  /**
   * Whether a controller also works without the kind. If so, the informer checks API discovery after a 403 response,
   * because the kind might not exist.
   */
  optional?: boolean;
  project?: (object: T) => P;
  indexes?: IndexFunctions<P>;
}

/** The informers of a process. Controllers share one informer for each kind and selection. */
export interface InformerSet {
  /**
   * Returns the informer of the kind and selection, and adds the indexes to it. Throws after `start`, or if another
   * controller uses a different projection for the same objects.
   */
  get<T extends KubeObject, P extends KubeObject = T>(
    resource: Resource<T>,
    selection?: Selection<T, P>,
  ): Informer<P>;
  /** Starts all informers. They stop when the signal is aborted. */
  start(signal: AbortSignal): void;
  /** Resolves when the first list of every informer has succeeded or failed. */
  settled(): Promise<void>;
  /** Rejects when an informer finds that the data of the API server is older than the informer's store. */
  outdated(): Promise<never>;
  /**
   * Resolves when all aborted informers have closed their connections. Resolves immediately if the informers never
   * started.
   */
  stopped(): Promise<void>;
  checks(): ReadyCheck[];
}

interface Entry {
  name: string;
  informer: Informer<KubeObject>;
  project: unknown;
  optional: boolean;
}

/**
 * Creates an {@linkcode InformerSet} without informers. If `namespace` is set, the informers of namespaced kinds store
 * only the objects in this namespace.
 */
export function createInformerSet(
  { namespace: only, ...common }:
    & Pick<InformerOptions<KubeObject>, "clock" | "random" | "namespace">
    & { client: Client },
): InformerSet {
  const entries = new Map<string, Entry>();
  const share = createShareValues();
  let started = false;
  const all = () => [...entries.values()];

  return {
    get<T extends KubeObject, P extends KubeObject = T>(
      resource: Resource<T>,
      { project, indexes = {}, optional = false, ...selection }: Selection<T, P> = {},
    ) {
      const namespace = resource.namespaced ? only : undefined;
      const labelSelector = selection.labelSelector;
      const fieldSelector = selection.name === undefined
        ? selection.fieldSelector
        : `metadata.name=${selection.name}`;
      const name = resourceName(resource);
      const key = [resource.apiVersion, name, labelSelector ?? "", fieldSelector ?? ""].join(" ");
      const known = entries.get(key);
      if (known && known.project !== project) {
        throw new Error(`Cannot share the informer of "${name}": it has another projection`);
      }
      if (started) {
        throw new Error(`Cannot add an informer of "${name}": the informers have already started`);
      }
      const informer = known?.informer as Informer<KubeObject> as Informer<P> | undefined ??
        createInformer<T, P>({
          ...common,
          share,
          resource,
          namespace,
          labelSelector,
          fieldSelector,
          project,
          indexes: ownerIndex,
          isServed: async (signal) =>
            !entries.get(key)?.optional || await common.client.serves(resource, { signal }),
        });
      informer.addIndexes(indexes);
      entries.set(key, { name, informer, project, optional: optional || known?.optional === true });
      return informer;
    },
    start(signal) {
      started = true;
      for (const { informer } of all()) informer.start(signal);
    },
    settled: async () => void await Promise.all(all().map(({ informer }) => informer.settled)),
    outdated: () => Promise.race(all().map(({ informer }) => informer.outdated)),
    async stopped() {
      if (started) await Promise.all(all().map(({ informer }) => informer.stopped));
    },
    checks: () => all().map(({ name, informer }) => informerCheck(name, informer)),
  };
}
