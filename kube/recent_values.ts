import type { Clock } from "./clock.ts";
import { sameJson } from "./json.ts";

/**
 * Returns the value that was recently returned for the key if it equals `value`; otherwise returns `value`. So equal
 * values are one object, for which `oncePerObject` has results. The values are JSON values that must not be modified.
 */
export type RecentValues = <T extends object>(key: string, value: T) => T;

/** Limits of the memory of {@linkcode createRecentValues}. */
export interface RecentLimits {
  /** Maximum number of remembered values. */
  maxValues: number;
  /** A value that was not used during one to two of these periods is forgotten. In milliseconds; 10 s by default. */
  periodMs?: number;
}

/** Creates a record of the values that were used last. */
export function createRecentValues(
  clock: Pick<Clock, "timer">,
  { maxValues, periodMs = 10_000 }: RecentLimits,
): RecentValues {
  // The entries are in the order of their last use, because a Map iterates in insertion order.
  const entries = new Map<string, { value: object; usedIn: number }>();
  let period = 0;
  let hasTimer = false;

  function endPeriod() {
    for (const [key, { usedIn }] of entries) {
      if (usedIn === period) break;
      entries.delete(key);
    }
    period++;
    hasTimer = entries.size > 0;
    if (hasTimer) clock.timer(periodMs, endPeriod);
  }

  function dropOldest() {
    const [oldest] = entries.keys();
    if (oldest !== undefined) entries.delete(oldest);
  }

  return <T extends object>(key: string, value: T) => {
    const known = entries.get(key)?.value;
    // Equal values have the same type.
    const result = sameJson(known, value) ? known as T : value;
    entries.delete(key);
    entries.set(key, { value: result, usedIn: period });
    if (entries.size > maxValues) dropOldest();
    if (!hasTimer) clock.timer(periodMs, endPeriod);
    hasTimer = true;
    return result;
  };
}
