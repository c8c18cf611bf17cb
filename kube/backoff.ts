const FIRST_MS = 800;
const LONGEST_MS = 30_000;

/**
 * Returns the delay before a list or watch is retried, in milliseconds. It doubles with each failure, from 0.8 s to 30 s.
 * A random part of up to half is subtracted, so that clients do not all reconnect at the same moment.
 *
 * @param failures number of failures in a row, from 1
 * @param random a number in [0, 1)
 */
export function reconnectBackoffMs(failures: number, random: number): number {
  const fullMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.max(FIRST_MS, fullMs * (0.5 + random / 2));
}
