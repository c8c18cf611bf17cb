import type { Clock } from "./clock.ts";

const INTERVAL_MS = 60_000;

/** Returns a function that returns true at most once a minute, for log lines about a failure that repeats. */
export function createLogLimit(clock: Clock): () => boolean {
  let loggedMs = -Infinity;
  return () => {
    const nowMs = clock.now();
    if (nowMs - loggedMs < INTERVAL_MS) return false;
    loggedMs = nowMs;
    return true;
  };
}
