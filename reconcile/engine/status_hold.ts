import type { Clock } from "../../kube/clock.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";

/**
 * Delays the write of a status that may soon be outdated, so that one write reports several changes. Records when the
 * stored status of each object became outdated.
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
   * Returns the number of objects with an outdated stored status. Counts only keys for which `accepts` returns true.
   */
  size(accepts?: (key: string) => boolean): number;
}

export function createStatusHold(clock: Pick<Clock, "now">): StatusHold {
  const outdated = new Map<string, { uid: string | undefined; sinceMs: number }>();
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
    end: (key) => void outdated.delete(key),
    size: (accepts = () => true) => [...outdated.keys()].filter(accepts).length,
  };
}
