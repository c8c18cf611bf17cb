import { describeRef, type Notice, type Ref } from "./execution.ts";
import { DRIFT_FIGHT, NOT_KEPT } from "./reasons.ts";

/** State of an object that the operator repairs at a reduced pace, because other clients revert its repairs. */
export interface Fight {
  /** Field managers that overwrite the operator's changes; empty if they are not known. */
  opponents: readonly string[];
  /** Time in milliseconds until the next repair, or until the reduced pace ends. */
  waitMs: number;
}

/**
 * Returns the message about an object that is repaired at a reduced pace. The message contains neither the number of
 * repairs nor the waiting time, because each new text causes a status write.
 */
export function describeFight(ref: Ref, opponents: readonly string[]): string {
  const others = opponents.length > 0
    ? `field manager ${opponents.map((manager) => `"${manager}"`).join(", ")}`
    : "another client";
  return `${describeRef(ref)}: ${others} and the operator overwrite each other's changes; ` +
    "the operator now repairs the object at most once a minute";
}

/**
 * Returns the notices about an object: whether the operator repairs the object at a reduced pace, and which fields the
 * API server did not store.
 */
export function noticesAbout(
  ref: Ref,
  { fight, notStored }: { fight: Fight | undefined; notStored: Iterable<string> | undefined },
): Notice[] {
  const notices: Notice[] = [];
  if (fight) {
    const message = describeFight(ref, fight.opponents);
    notices.push({ ref, reason: DRIFT_FIGHT, message, retryMs: fight.waitMs });
  }
  if (notStored) {
    const message = `${describeRef(ref)}: the API server did not store ` +
      `${[...notStored].join(", ")} as planned; check feature gates and mutating webhooks`;
    notices.push({ ref, reason: NOT_KEPT, message });
  }
  return notices;
}
