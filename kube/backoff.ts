const FIRST_MS = 800;
const LONGEST_MS = 30_000;

/**
 * How long to wait after the `failures`-th failure in a row (from 1), in milliseconds: 0.8 s doubling to 30 s, spread
 * over the upper half so that many clients do not come back at the same moment. `random` is in [0, 1).
 */
export function reconnectBackoffMs(failures: number, random: number): number {
  const fullMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.max(FIRST_MS, fullMs * (0.5 + random / 2));
}
