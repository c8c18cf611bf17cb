/** How one try of a call ended; no status means that no answer came. */
export interface Failure {
  status?: number;
  retryAfterMs?: number | undefined;
}

export interface RetryContext {
  /** Tries made so far, from 1. */
  attempt: number;
  idempotent: boolean;
  /** What is left of the call's deadline. */
  leftMs: number;
  /** In [0, 1). */
  random: number;
}

const MAX_ATTEMPTS = 5;
const MAX_WAIT_MS = 10_000;
const FIRST_WAIT_MS = 100;

/**
 * How long to wait before the next try in milliseconds, or undefined to give up.
 *
 * 429 means that the server did nothing (API Priority and Fairness), so any verb may be sent again; 503 counts
 * so when it names a time. Everything else that may have reached the server is repeated only when that is harmless.
 * A wait that is too long for the deadline, or above 10 s, is left to the caller, who has other work to do.
 */
export function retryAfterMs(failure: Failure, context: RetryContext): number | undefined {
  const { status } = failure;
  const named = failure.retryAfterMs !== undefined;
  const harmless = status === 429 || (status === 503 && named) || context.idempotent;
  const passing = status === undefined || status === 429 || status === 503;
  if (!harmless || !passing || context.attempt >= MAX_ATTEMPTS) return undefined;
  const backoffMs = FIRST_WAIT_MS * 2 ** (context.attempt - 1) * (0.5 + context.random);
  const waitMs = failure.retryAfterMs ?? backoffMs;
  return waitMs > MAX_WAIT_MS || waitMs >= context.leftMs ? undefined : waitMs;
}

/** Reads a `Retry-After` header, seconds or a date, into milliseconds from now. */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null || header === "") return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
