/** A failed request. `status` is absent if no response arrived. */
export interface Failure {
  status?: number;
  retryAfterMs?: number | undefined;
}

export interface RetryContext {
  /** Number of attempts so far, at least 1. */
  attempt: number;
  idempotent: boolean;
  /** Time until the deadline of the call, in milliseconds. */
  leftMs: number;
  /** Random number in [0, 1) for the jitter of the delay. */
  random: number;
}

const MAX_ATTEMPTS = 5;
const MAX_WAIT_MS = 10_000;
const FIRST_WAIT_MS = 100;

/**
 * Returns the delay before the next attempt in milliseconds, or undefined if the call must not be retried.
 *
 * A 429 response, or a 503 response with `Retry-After`, means that the API server has not executed the request, so any
 * verb can be retried. After other failures, only idempotent requests are retried. If the delay exceeds 10 s or the
 * time until the deadline, the call fails immediately, so that the caller can do other work.
 */
export function retryAfterMs(failure: Failure, context: RetryContext): number | undefined {
  const { status } = failure;
  const hasDelay = failure.retryAfterMs !== undefined;
  const safe = status === 429 || (status === 503 && hasDelay) || context.idempotent;
  const temporary = status === undefined || status === 429 || status === 503;
  if (!safe || !temporary || context.attempt >= MAX_ATTEMPTS) return undefined;
  const backoffMs = FIRST_WAIT_MS * 2 ** (context.attempt - 1) * (0.5 + context.random);
  const waitMs = failure.retryAfterMs ?? backoffMs;
  return waitMs > MAX_WAIT_MS || waitMs >= context.leftMs ? undefined : waitMs;
}

/** Parses a `Retry-After` header (seconds or a date). Returns the delay in milliseconds. */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null || header === "") return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

const FIRST_MS = 800;
const LONGEST_MS = 30_000;

/**
 * Returns the delay in milliseconds before the next attempt of a list or watch. The maximum delay doubles with each
 * failure, from 1.6 s to 30 s. The function subtracts up to half of it at random, so that clients do not all reconnect
 * at the same moment.
 *
 * @param failures number of failures in a row, from 1
 * @param random a number in [0, 1)
 */
export function reconnectBackoffMs(failures: number, random: number): number {
  const fullMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.max(FIRST_MS, fullMs * (0.5 + random / 2));
}
