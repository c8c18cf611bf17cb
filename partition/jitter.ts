const BASE_MS = 50;
const CAP_MS = 20_000;

/**
 * Returns the delay before the next attempt in milliseconds, with full jitter: a random share of 50 ms, doubled by each
 * consecutive failure, up to 20 s ("Exponential Backoff And Jitter", AWS Architecture Blog).
 *
 * @param failures number of consecutive failures, from 1
 * @param random random number in [0, 1)
 */
export function fullJitterMs(failures: number, random: number): number {
  return random * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, 20));
}
