const BASE_MS = 50;
const CAP_MS = 20_000;

/**
 * How long to wait before another attempt, in milliseconds: full jitter, between 0 and 50 ms doubled with every
 * failure in a row up to 20 s ("Exponential Backoff And Jitter", AWS Architecture Blog).
 *
 * @param failures failures in a row, from 1
 * @param random in [0, 1)
 */
export function fullJitterMs(failures: number, random: number): number {
  return random * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, 20));
}
