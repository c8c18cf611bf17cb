import { ApiError, isConflict, isWebhookDenial, isWebhookUnavailable } from "../../kube/errors.ts";
import {
  type Blocked,
  describeWriteError,
  type Execution,
  type Notice,
} from "../apply/execution.ts";
import { undeclaredFields } from "../apply/write_errors.ts";

/**
 * Outcome of a reconciliation. If the reconciliation throws, its key is retried with backoff, unless the error is
 * terminal.
 *
 * - `done`: the key is reconciled again only after a change.
 * - `requeue`: the key is retried with backoff, for example after a conflict.
 * - `requeueAfter`: the key is reconciled again after `afterMs` milliseconds.
 * - `terminal`: the API server refuses the object, see {@link isTerminal}. The key is reconciled again after a change
 *   or at a resync, and after `afterMs` if another part of the reconciliation needs a retry.
 */
export type Outcome =
  | { outcome: "done" }
  | { outcome: "requeue" }
  | { outcome: "requeueAfter"; afterMs: number }
  | { outcome: "terminal"; error: unknown; afterMs?: number };

/** The outcome of a reconciliation that needs no retry. */
export const done: Outcome = { outcome: "done" };
/** The outcome of a reconciliation that is retried with backoff. */
export const requeue: Outcome = { outcome: "requeue" };
/** Returns the outcome that requeues the key after a delay. */
export function requeueAfter(afterMs: number): Outcome {
  return { outcome: "requeueAfter", afterMs };
}

/** Returns the outcome `terminal` for a terminal error. Throws any other error. */
export function terminalOrThrow(error: unknown): Outcome {
  if (isTerminal(error)) return { outcome: "terminal", error };
  throw error;
}

/**
 * Intervals in milliseconds at which the operator reconciles a parent while another object has the name of a planned
 * child. The operator polls, because changes to the other object do not enqueue the parent.
 */
export const POLL_INTERVAL_MS = { WaitingForDeletion: 5_000, NameConflict: 30_000 };

/**
 * Derives the outcome of a reconciliation from the result of its writes.
 *
 * @throws AggregateError with the errors of all failed writes, if at least one of the errors is not terminal
 */
export function outcomeOf(
  { errors, blocked, conflicts, notices = [] }: Omit<Execution, "writes">,
): Outcome {
  const intervals: Partial<Record<(Blocked | Notice)["reason"], number>> = POLL_INTERVAL_MS;
  const outcomes: Outcome[] = [...blocked, ...notices].map(({ reason, retryMs }) => {
    const intervalMs = retryMs ?? intervals[reason];
    return intervalMs === undefined ? done : requeueAfter(intervalMs);
  });
  if (errors.length > 0) {
    const causes = errors.map(({ error }) => error);
    const message = errors.map(describeWriteError).join("; ");
    outcomes.push(terminalOrThrow(new AggregateError(causes, message)));
  }
  if (conflicts.length > 0) outcomes.push(requeue);
  return combineOutcomes(outcomes);
}

/**
 * Minimum delay in milliseconds after a terminal error. Each reconciliation sends the refused object again, so retries
 * must be rare.
 */
export const TERMINAL_POLL_MS = 300_000;

/**
 * Combines the outcomes of the parts of one reconciliation. The part with the earliest retry determines the delay, but
 * after a terminal error the delay is at least {@link TERMINAL_POLL_MS}.
 */
export function combineOutcomes(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.some(({ outcome }) => outcome === "requeue")) return requeue;
  const delaysMs = outcomes.flatMap((one) => "afterMs" in one ? [one.afterMs ?? Infinity] : []);
  const afterMs = Math.min(...delaysMs);
  const terminal = outcomes.find(({ outcome }) => outcome === "terminal");
  if (terminal) {
    return {
      ...terminal,
      ...(afterMs < Infinity && { afterMs: Math.max(afterMs, TERMINAL_POLL_MS) }),
    };
  }
  return afterMs < Infinity ? requeueAfter(afterMs) : done;
}

/**
 * Returns whether the API server refuses the content of a request. The same request then fails until the object or a
 * child changes. The response is 400, 422 with the invalid fields, or 500 with the fields that the schema lacks.
 *
 * The operator retries denials by quotas (403), admission policies (422 without fields) and webhooks (any status),
 * because no watch event reports when the request would succeed.
 */
export function isTerminal(error: unknown): boolean {
  if (error instanceof AggregateError) {
    return error.errors.length > 0 && error.errors.every(isTerminal);
  }
  if (error instanceof ApiError) {
    if (isWebhookDenial(error)) return false;
    if (error.status === 400 || undeclaredFields(error).length > 0) return true;
    const namesField = error.details?.causes?.some(({ field }) => field) ?? false;
    return error.status === 422 && namesField && !isConflict(error);
  }
  return error instanceof Error && error.cause !== undefined && isTerminal(error.cause);
}

/**
 * Maximum backoff in milliseconds after a denial. The operator must retry, because no watch event reports that an
 * administrator has raised a quota.
 */
export const DENIED_BACKOFF_MS = 30_000;
/** Maximum backoff in milliseconds while an admission webhook does not respond, for example during its restart. */
export const WEBHOOK_BACKOFF_MS = 10_000;

/**
 * Returns the maximum backoff in milliseconds for a denied request or a webhook that does not respond; undefined for
 * any other error. Quotas, missing permissions, admission policies and webhooks cause denials. No watch event reports
 * when such a cause ends.
 */
export function longestBackoffMs(error: unknown): number | undefined {
  if (error instanceof AggregateError) {
    const limits = error.errors.flatMap((one: unknown) => longestBackoffMs(one) ?? []);
    return limits.length > 0 ? Math.min(...limits) : undefined;
  }
  if (isWebhookUnavailable(error)) return WEBHOOK_BACKOFF_MS;
  return isDenied(error) ? DENIED_BACKOFF_MS : undefined;
}

function isDenied(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const { status } = error;
  return status === 403 || isWebhookDenial(error) || (status === 422 && !isTerminal(error));
}
