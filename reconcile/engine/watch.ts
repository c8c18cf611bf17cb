import type { Informer } from "../../kube/informer.ts";
import { sameJson } from "../../kube/json.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import type { Change } from "../../kube/store.ts";
import type { Queue } from "./queue.ts";

/** Objects whose changes enqueue keys of a controller. */
export interface Watch<P extends KubeObject = KubeObject> {
  informer: Pick<Informer<P>, "onChange" | "store">;
  /** Returns the keys that the controller must reconcile after a change to this object. */
  keys(object: P): Iterable<string>;
  /**
   * Returns the keys to enqueue after an update. By default, these are the keys of the previous and of the new version
   * of the object.
   */
  keysOfUpdate?(object: P, previous: P): Iterable<string>;
  /** Whether the controller reconciles these objects and writes their status. */
  primary?: boolean;
  /**
   * Delay in milliseconds between a change and the reconciliation; 0 by default. With a delay, one reconciliation
   * handles several changes.
   */
  settleMs?: number;
}

/** Determines which changes enqueue keys. */
export interface EnqueueOptions {
  /**
   * Returns whether the controller runs. Changes before its start are ignored, because the start enqueues all objects.
   */
  isRunning(): boolean;
  /** Returns whether the operator writes in the namespace of an object; by default in all namespaces. */
  accepts?: (object: KubeObject) => boolean;
}

/**
 * Enqueues keys after every change to a watched object. By default, an update enqueues the keys of the previous and of
 * the new version of the object, because the owner may have changed. If only the status of a reconciled object changes,
 * the backoff continues, because a failing reconciliation may itself write a new status message. A change to a child
 * shortens the backoff to its minimum.
 */
export function enqueueChanges(
  queue: Queue,
  watch: Watch,
  { isRunning, accepts }: EnqueueOptions,
): void {
  const { primary, settleMs = 0 } = watch;
  watch.informer.onChange((change) => {
    const { object, previous } = change;
    if (!isRunning() || (accepts && !accepts(object))) return;
    const enqueue = (key: string) => {
      if (!primary) queue.childChanged(key, settleMs);
      else if (previous && isStatusOnly(object, previous)) queue.remind(key);
      else queue.add(key);
    };
    for (const key of keysOf(watch, change)) enqueue(key);
  });
}

function keysOf(watch: Watch, { object, previous }: Change<KubeObject>): Iterable<string> {
  if (!previous) return watch.keys(object);
  return watch.keysOfUpdate?.(object, previous) ??
    [...watch.keys(object), ...watch.keys(previous)];
}

/** Returns whether only the status changed. Every change outside of status and metadata increments the generation. */
function isStatusOnly(object: KubeObject, previous: KubeObject): boolean {
  const [now, before] = [object, previous].map(({ metadata }) => ({
    ...metadata,
    resourceVersion: undefined,
  }));
  return object.metadata.generation !== undefined && sameJson(now, before);
}

/** Enqueues the keys of all stored objects with low priority, or of the objects in one namespace with high priority. */
export function enqueueStored(queue: Queue, watches: readonly Watch[], namespace?: string): void {
  const priority = namespace === undefined ? "low" : "high";
  for (const { informer: { store }, keys } of watches) {
    for (const object of namespace === undefined ? store.list() : store.namespace(namespace)) {
      for (const key of keys(object)) queue.add(key, priority);
    }
  }
}

/**
 * Returns a function that maps an object to the key of its controller owner. The function returns an empty list if the
 * owner has another group or kind.
 */
export function controllerKey(
  owner: { group: string; kind: string },
): (object: KubeObject) => string[] {
  return ({ metadata: { namespace, ownerReferences = [] } }) =>
    ownerReferences
      .filter(({ controller, kind, apiVersion }) =>
        controller === true && kind === owner.kind && apiVersion.split("/")[0] === owner.group
      )
      .map(({ name }) => objectKey({ namespace, name }));
}
