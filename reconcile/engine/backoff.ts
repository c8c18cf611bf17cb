export interface BackoffBounds {
  /** The wait after the first failure, before jitter, in milliseconds. */
  firstMs: number;
  /** The longest wait, in milliseconds. */
  longestMs: number;
}

/** 50 ms, 100 ms, 200 ms, …: five minutes are reached with the thirteenth failure in a row. */
export const DEFAULT_BACKOFF: BackoffBounds = { firstMs: 50, longestMs: 300_000 };

/**
 * How long a key waits after a failure: a random time between half of and the whole of `firstMs × 2^failures`, or of
 * `longestMs` if that is less. The jitter keeps keys that failed together from coming back together.
 *
 * @param failures earlier failures in a row, 0 for the first one
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
