export interface BackoffBounds {
  /** Backoff after the first failure, before jitter. */
  firstMs: number;
  /** Maximum backoff. */
  longestMs: number;
}

/** 50 ms, 100 ms, 200 ms, …: the thirteenth failure in a row reaches the maximum of five minutes. */
export const DEFAULT_BACKOFF: BackoffBounds = { firstMs: 50, longestMs: 300_000 };

/**
 * Returns the backoff after a failure in milliseconds: a random time between the half and the whole of
 * `firstMs × 2^failures`, at most `longestMs`. The jitter spreads the retries of keys that failed together.
 *
 * @param failures number of earlier failures in a row
 * @param random a number in [0, 1)
 */
export function backoffMs(
  failures: number,
  random: number,
  { firstMs, longestMs }: BackoffBounds = DEFAULT_BACKOFF,
): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 50));
  return fullMs * (1 + random) / 2;
}
