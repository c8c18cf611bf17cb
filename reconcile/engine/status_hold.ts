import { createBoundedMap } from "../../kube/bounded_map.ts";
import type { Clock } from "../../kube/clock.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import type { Outcome } from "./outcome.ts";

/**
 * Delays the write of a status that may soon be outdated, so that one write reports several changes. Records when the
 * stored status of each object became outdated, and how to write the delayed status.
 */
export interface StatusHold {
  /**
   * Returns the time in milliseconds until the new status of an object is due. The status is due `delayMs` after the
   * stored status became outdated.
   */
  waitMs(object: KubeObject, delayMs: number): number;
  /** Ends the delay of an object, because its stored status is up to date or the object is deleted. */
  end(key: string): void;
  /**
   * Keeps the function that writes the delayed status of an object. It refers to the whole plan, so only the last
   * {@link MOST_KEPT} functions are kept.
   */
  keep(object: KubeObject, write: WriteStatus): void;
  /**
   * Returns the kept function, and forgets it. Returns undefined if none is kept, or if `object` is another version
   * than the one of the delayed status.
   */
  take(key: string, object: KubeObject | undefined): WriteStatus | undefined;
  /**
   * Returns the number of objects with an outdated stored status. Counts only keys for which `accepts` returns true.
   */
  size(accepts?: (key: string) => boolean): number;
}

/** Writes the delayed status of an object, unless it must wait longer. Returns the outcome of its reconciliation. */
export type WriteStatus = () => Promise<Outcome>;

/** Maximum number of kept functions. The status of any other object is planned again when it is due. */
export const MOST_KEPT = 500;

export function createStatusHold(clock: Pick<Clock, "now">): StatusHold {
  const outdated = new Map<string, { uid: string | undefined; sinceMs: number }>();
  const kept = createBoundedMap<{ object: KubeObject; write: WriteStatus }>(MOST_KEPT);
  return {
    waitMs({ metadata }, delayMs) {
      const key = objectKey(metadata);
      const nowMs = clock.now();
      const known = outdated.get(key);
      const sinceMs = known && known.uid === metadata.uid ? known.sinceMs : nowMs;
      outdated.set(key, { uid: metadata.uid, sinceMs });
      // Rounds up, because a timer for a fraction of a millisecond could end before the status is due.
      return Math.max(0, Math.ceil(sinceMs + delayMs - nowMs));
    },
    end(key) {
      outdated.delete(key);
      kept.delete(key);
    },
    keep(object, write) {
      const key = objectKey(object.metadata);
      if (outdated.has(key)) kept.set(key, { object, write });
    },
    take(key, object) {
      const found = kept.get(key);
      kept.delete(key);
      return found?.object === object ? found?.write : undefined;
    },
    size: (accepts = () => true) => [...outdated.keys()].filter(accepts).length,
  };
}
