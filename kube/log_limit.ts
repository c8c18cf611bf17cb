import type { Clock } from "./clock.ts";

const INTERVAL_MS = 60_000;

/**
 * Returns a function that returns true at most once a minute. Use it to limit the log lines about a repeated failure.
 */
export function createLogLimit(clock: Clock): () => boolean {
  let loggedMs = -Infinity;
  return () => {
    const nowMs = clock.now();
    if (nowMs - loggedMs < INTERVAL_MS) return false;
    loggedMs = nowMs;
    return true;
  };
}
