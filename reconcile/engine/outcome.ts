import { type Blocked, describeWriteError, type Execution } from "../apply/execution.ts";

/**
 * How the reconciliation of a key ended. A thrown error is the fourth way: it is counted, logged and retried with backoff.
 *
 * - `done`: nothing to do until something changes.
 * - `requeue`: retry with backoff (a conflict, an object that must be gone first).
 * - `requeueAfter`: reconcile again after that many milliseconds.
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

/** Deleting a foreign object does not enqueue the parent, so the operator polls. */
const POLL_INTERVAL_MS: Partial<Record<Blocked["reason"], number>> = {
  WaitingForDeletion: 5_000,
  NameConflict: 30_000,
};

/**
 * Returns the outcome of a reconciliation whose plan was executed and whose status is written.
 *
 * @throws AggregateError that names every object that could not be written, with the errors
 */
export function outcomeOf(execution: Pick<Execution, "errors" | "blocked" | "conflicts">): Outcome {
  const { errors, blocked, conflicts } = execution;
  if (errors.length > 0) {
    const causes = errors.map(({ error }) => error);
    throw new AggregateError(causes, errors.map(describeWriteError).join("; "));
  }
  if (conflicts.length > 0) return requeue;
  const intervalsMs = blocked.flatMap(({ reason }) => POLL_INTERVAL_MS[reason] ?? []);
  return intervalsMs.length === 0 ? done : requeueAfter(Math.min(...intervalsMs));
}
