import type { Clock } from "./clock.ts";
import { sameJson } from "./json.ts";

/**
 * Returns the cached value of the key if it equals `value`; otherwise caches and returns `value`. Equal values are
 * therefore the same object, so functions from `oncePerObject` can reuse their results. The values are JSON values that
 * must not be modified.
 */
export type RecentValues = <T extends object>(key: string, value: T) => T;

/** Limits of the cache of {@linkcode createRecentValues}. */
export interface RecentLimits {
  /** Maximum number of cached values. */
  maxValues: number;
  /** Period in milliseconds, 10 s by default. The cache evicts a value one to two periods after its last use. */
  periodMs?: number;
}

/** Creates a {@linkcode RecentValues} function. Its cache evicts the least recently used values. */
export function createRecentValues(
  clock: Pick<Clock, "timer">,
  { maxValues, periodMs = 10_000 }: RecentLimits,
): RecentValues {
  // Each use inserts the entry again, so the Map iterates from the least to the most recently used entry.
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
    // The cast is safe, because equal values have the same type.
    const result = sameJson(known, value) ? known as T : value;
    entries.delete(key);
    entries.set(key, { value: result, usedIn: period });
    if (entries.size > maxValues) dropOldest();
    if (!hasTimer) clock.timer(periodMs, endPeriod);
    hasTimer = true;
    return result;
  };
}
