import type { Client } from "../../kube/client.ts";
import { createInformer, type Informer, type InformerOptions } from "../../kube/informer.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { ReadyCheck } from "../../process/health.ts";
import { informerCheck } from "./informer_check.ts";

/** What to keep of a kind: by default all objects of all namespaces that are looked at, whole. */
export type Selection<T extends KubeObject, P extends KubeObject> = Pick<
  InformerOptions<T, P>,
  "namespace" | "labelSelector" | "fieldSelector" | "project" | "indexes"
>;

/** The informers of a process: one for each kind and selection, however many controllers ask for it. */
export interface InformerSet {
  /**
   * @throws if the same kind and selection was asked for with another projection or other indexes, or after the start
   */
  get<T extends KubeObject, P extends KubeObject = T>(
    resource: Resource<T>,
    selection?: Selection<T, P>,
  ): Informer<P>;
  /** Starts them all; they stop with the signal. */
  start(signal: AbortSignal): void;
  /** Resolves when each has its first list. */
  synced(): Promise<void>;
  /** Resolves when each has let go of its connections, after the signal; at once if none was started. */
  stopped(): Promise<void>;
  checks(): ReadyCheck[];
}

interface Entry {
  name: string;
  informer: Informer<KubeObject>;
  /** What the informer was made with; functions, compared as such. */
  project: unknown;
  indexes: unknown;
}

/** @param common.namespace the only namespace to look at; absent: all */
export function createInformerSet(
  { namespace: only, ...common }:
    & Pick<InformerOptions<KubeObject>, "clock" | "random" | "namespace">
    & { client: Client },
): InformerSet {
  const entries = new Map<string, Entry>();
  let started = false;
  const all = () => [...entries.values()];

  return {
    get<T extends KubeObject, P extends KubeObject = T>(
      resource: Resource<T>,
      selection: Selection<T, P> = {},
    ) {
      const { labelSelector = "", fieldSelector = "" } = selection;
      const namespace = selection.namespace ?? (resource.namespaced ? only ?? "" : "");
      const name = resource.group ? `${resource.plural}.${resource.group}` : resource.plural;
      const key = [resource.apiVersion, name, namespace, labelSelector, fieldSelector].join(" ");
      const { project, indexes } = selection;
      const known = entries.get(key);
      if (known) {
        if (
          known.project !== project || known.indexes !== indexes
        ) {
          throw new Error(
            `Cannot share the informer of "${name}": it was asked for with another projection or other indexes`,
          );
        }
        return known.informer as Informer<KubeObject> as Informer<P>;
      }
      if (started) throw new Error(`Cannot add an informer of "${name}": the manager runs already`);
      const informer = createInformer<T, P>({ ...common, resource, ...selection, namespace });
      entries.set(key, { name, informer, project, indexes });
      return informer;
    },
    start(signal) {
      started = true;
      for (const { informer } of all()) informer.start(signal);
    },
    synced: async () => void await Promise.all(all().map(({ informer }) => informer.synced)),
    async stopped() {
      if (started) await Promise.all(all().map(({ informer }) => informer.stopped));
    },
    checks: () => all().map(({ name, informer }) => informerCheck(name, informer)),
  };
}
