/** Limits of the delays between retries. */
export interface BackoffBounds {
  /** Backoff in milliseconds after the first failure, before jitter. */
  firstMs: number;
  /** Maximum backoff in milliseconds. */
  longestMs: number;
}

/** The backoff starts at 50 ms and doubles after each consecutive failure, up to five minutes. */
export const DEFAULT_BACKOFF: BackoffBounds = { firstMs: 50, longestMs: 300_000 };

/**
 * Returns the backoff in milliseconds before a retry. The full backoff is `firstMs × 2^failures`, but at most
 * `longestMs`. Jitter reduces it by up to half, to spread the retries of keys that failed together.
 */
export function backoffMs(
  failures: number,
  random: number,
  { firstMs, longestMs }: BackoffBounds = DEFAULT_BACKOFF,
): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 50));
  return fullMs * (1 + random) / 2;
}
