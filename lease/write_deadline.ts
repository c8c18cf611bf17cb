/** The time until which a process may write because it holds a Lease. */
export interface WriteDeadline {
  /** Returns the remaining time in milliseconds; 0 or less if nothing may be written. */
  leftMs(): number;
  /** Extends the deadline after a renewal. `elapsedMs` is a stopwatch that was started before the request was sent. */
  extend(elapsedMs: () => number): void;
  /** Ends the time to write until the next renewal. */
  expire(): void;
}

/**
 * Creates an expired deadline.
 *
 * @param validMs for how long a renewal allows writes; less than the Lease's duration
 */
export function createWriteDeadline(validMs: number): WriteDeadline {
  let elapsedMs: () => number = () => Infinity;
  return {
    leftMs: () => validMs - elapsedMs(),
    extend: (stopwatch) => void (elapsedMs = stopwatch),
    expire: () => void (elapsedMs = () => Infinity),
  };
}
