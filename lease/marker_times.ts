/** The times of the marker, in milliseconds. */
export interface MarkerTimes {
  /** How long the marker counts after its last renewal was seen; whole seconds. */
  durationMs: number;
  renewMs: number;
  /** From getting a marker that was not ours to the first write: who had the namespace may still be writing. */
  handoverDelayMs: number;
}

/**
 * For how long one renewal is good for writing: two thirds of the duration, or longer where the renewals are so rare
 * that they would come too late.
 */
export function markerDeadlineMs({ durationMs, renewMs }: MarkerTimes): number {
  return Math.max(durationMs * 2 / 3, (durationMs + renewMs) / 2);
}
