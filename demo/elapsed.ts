/** Starts a stopwatch. Returns a function that returns the time since the start, such as `1.2 s`. */
export function stopwatch(): () => string {
  const startedAtMs = performance.now();
  return () => secondsText(performance.now() - startedAtMs);
}

/** Returns a duration in seconds as text, such as `0.4 s` or `12.3 s`. */
export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
