import type { KubeObject } from "../../kube/object.ts";
import type { Informer } from "../../kube/informer.ts";
import { sameJson } from "../../kube/json.ts";
import type { Queue } from "./queue.ts";

/** What a controller hears of: changes of objects, and the keys that each object concerns. */
export interface Watch<P extends KubeObject = KubeObject> {
  informer: Pick<Informer<P>, "onChange" | "store">;
  /** Keys of the controller that this object concerns; none for objects that are not of interest. */
  keys(object: P): Iterable<string>;
  /** Whether these are the objects whose status the controller itself writes. */
  primary?: boolean;
  /** How long a change waits for others of the same key, so that one pass deals with them all; 0 by default. */
  settleMs?: number;
}

/**
 * The `settleMs` for children. They come and change in bursts, many of which are the pass's own writes: without it there
 * are several passes, and status writes, for each burst.
 */
export const CHILDREN_SETTLE_MS = 200;

/** When changes are heard. */
export interface Hearing {
  /** Whether work has begun; what is told before is the backlog of the start. */
  live(): boolean;
  /** Whether we act in the namespace of an object; absent: everywhere. */
  accepts?: (object: KubeObject) => boolean;
}

/**
 * Puts the keys of every change in the queue, those of the object as it was before too: it may have had another
 * owner. The backlog of the start goes after what users do. A changed status of a primary
 * object, which each failure writes anew if its message differs, does not end the wait for the next try.
 */
export function feed(queue: Queue, watch: Watch, { live, accepts }: Hearing): void {
  watch.informer.onChange(({ object, previous }) => {
    if (accepts && !accepts(object)) return;
    const priority = live() ? "high" : "low";
    const add = watch.primary && previous && isStatusAlone(object, previous)
      ? queue.remind
      : queue.add;
    const settleMs = live() ? watch.settleMs ?? 0 : 0;
    const take = (key: string) => settleMs > 0 ? queue.addAfter(key, settleMs) : add(key, priority);
    for (const key of watch.keys(object)) take(key);
    for (const key of previous ? watch.keys(previous) : []) take(key);
  });
}

/** Whether nothing but the status of an object changed; the generation stands for all that is neither that nor metadata. */
function isStatusAlone(object: KubeObject, previous: KubeObject): boolean {
  const [now, before] = [object, previous].map(({ metadata }) => ({
    ...metadata,
    resourceVersion: undefined,
  }));
  return object.metadata.generation !== undefined && sameJson(now, before);
}

/** Puts every key in the queue again, after everything else; reads the stores only. */
export function replan(queue: Queue, watches: readonly Watch[]): void {
  for (const { informer, keys } of watches) {
    for (const object of informer.store.list()) {
      for (const key of keys(object)) queue.add(key, "low");
    }
  }
}

/** Puts every key of a namespace in the queue, as if a user had changed all there is in it. */
export function replanNamespace(
  queue: Queue,
  watches: readonly Watch[],
  namespace: string,
): void {
  for (const { informer, keys } of watches) {
    for (const object of informer.store.namespace(namespace)) {
      for (const key of keys(object)) queue.add(key);
    }
  }
}

/** The keys of a primary object: itself. */
export function selfKey({ metadata: { namespace, name } }: KubeObject): string[] {
  return [namespace ? `${namespace}/${name}` : name];
}

/** The keys of an object whose controller, by its owner references, is of this group and kind. */
export function controllerKey(
  owner: { group: string; kind: string },
): (object: KubeObject) => string[] {
  return ({ metadata: { namespace, ownerReferences = [] } }) =>
    ownerReferences
      .filter(({ controller, kind, apiVersion }) =>
        controller === true && kind === owner.kind && apiVersion.split("/")[0] === owner.group
      )
      .map(({ name }) => namespace ? `${namespace}/${name}` : name);
}
