import { describeRef, type Notice, type Ref } from "./execution.ts";
import { DRIFT_FIGHT, NOT_KEPT } from "./reasons.ts";

/** A reduced pace of repairs. */
export interface Fight {
  /** Field managers that overwrite the operator's changes; empty if they are not known. */
  opponents: readonly string[];
  /** Time in milliseconds until the next repair, or until the end of the fight. */
  waitMs: number;
}

/** Describes a reduced pace of repairs. The text stays the same, because a new text would cause a status write. */
export function describeFight(ref: Ref, opponents: readonly string[]): string {
  const others = opponents.length > 0
    ? `field manager ${opponents.map((manager) => `"${manager}"`).join(", ")}`
    : "another client";
  return `${describeRef(ref)}: ${others} and the operator overwrite each other's changes; ` +
    "the operator now repairs the object at most once a minute";
}

/** Returns the notices about an object without drift: a fight that has not ended, and fields that were not stored. */
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
