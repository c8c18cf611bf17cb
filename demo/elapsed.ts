/** Starts a stopwatch. Returns a function that returns the time since the start, such as `1.2 s`. */
export function stopwatch(): () => string {
  const startedAtMs = performance.now();
  return () => secondsText(performance.now() - startedAtMs);
}

export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
