const FIRST_MS = 800;
const LONGEST_MS = 30_000;

/**
 * Returns the delay before a list or watch is retried, in milliseconds: 0.8 s, doubled per failure up to 30 s. A random
 * half of it spreads the requests of many clients.
 *
 * @param failures number of failures in a row, from 1
 * @param random a number in [0, 1)
 */
export function reconnectBackoffMs(failures: number, random: number): number {
  const fullMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.max(FIRST_MS, fullMs * (0.5 + random / 2));
}
