/**
 * How one pass over a key ended. A thrown error is the fourth way: it is counted, logged and retried later.
 *
 * - `done`: nothing more to do until something changes.
 * - `requeue`: try again soon, more slowly each time (a conflict, an object still in the way).
 * - `requeueAfter`: look again after that many milliseconds.
 */
export type Outcome =
  | { outcome: "done" }
  | { outcome: "requeue" }
  | { outcome: "requeueAfter"; afterMs: number };

export const done: Outcome = { outcome: "done" };
export const requeue: Outcome = { outcome: "requeue" };
export function requeueAfter(afterMs: number): Outcome {
  return { outcome: "requeueAfter", afterMs };
}
