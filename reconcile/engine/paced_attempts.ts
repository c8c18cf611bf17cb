import { createBoundedMap } from "../../kube/bounded_map.ts";
import type { Clock } from "../../kube/clock.ts";
import { type BackoffBounds, backoffMs } from "./backoff.ts";

const BOUNDS: BackoffBounds = { firstMs: 5_000, longestMs: 300_000 };
/** Maximum number of recorded keys. If the record evicts a key, the next attempt for this key may start early. */
const MAX_KEYS = 10_000;

/** The last attempt for a key. */
export interface Attempt<T> {
  result: T;
  /** Time in milliseconds until the next attempt may start; 0 if it may start now. */
  waitMs: number;
}

/** Records attempts that a controller repeats. The interval between attempts starts at 5 s and doubles up to 5 min. */
export interface PacedAttempts<T> {
  /** Returns the last attempt for the key; undefined if there is none. */
  last(key: string): Attempt<T> | undefined;
  /** Records an attempt that must be repeated. Returns the time in milliseconds until the next attempt. */
  repeat(key: string, result: T): number;
  forget(key: string): void;
}

/**
 * Creates a record of the unfinished attempts for each key. A controller uses the record to repeat a request at
 * increasing intervals, even if reconciliations run more often.
 */
export function createPacedAttempts<T>(clock: Pick<Clock, "now">): PacedAttempts<T> {
  const attempts = createBoundedMap<{ result: T; count: number; dueMs: number }>(MAX_KEYS);
  return {
    last(key) {
      const last = attempts.get(key);
      return last && { result: last.result, waitMs: Math.max(0, last.dueMs - clock.now()) };
    },
    repeat(key, result) {
      const count = attempts.get(key)?.count ?? 0;
      const waitMs = backoffMs(count, 1, BOUNDS);
      attempts.set(key, { result, count: count + 1, dueMs: clock.now() + waitMs });
      return waitMs;
    },
    forget: attempts.delete,
  };
}
