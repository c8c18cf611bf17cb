import { secondsText } from "./view/summary.ts";

/** Starts to measure; the returned function says how long it has been since, as `1.2 s`. */
export function stopwatch(): () => string {
  const startedAtMs = performance.now();
  return () => secondsText(performance.now() - startedAtMs);
}
