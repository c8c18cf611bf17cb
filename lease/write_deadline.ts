/** How long we may still write on the strength of a Lease. */
export interface Fence {
  /** Milliseconds left, by whichever clock says less; at most 0 when nothing may be written. */
  leftMs(): number;
  /** Opens it, or keeps it open, for its time from when `passed` was started: before the renewal was sent. */
  renewed(passed: () => number): void;
  /** Nothing may be written until the next renewal. */
  close(): void;
}

/**
 * Makes a fence that is closed.
 *
 * @param deadlineMs for how long a renewal is good for writing; less than the Lease's duration
 */
export function createFence(deadlineMs: number): Fence {
  let passed: () => number = () => Infinity;
  return {
    leftMs: () => deadlineMs - passed(),
    renewed: (stopwatch) => void (passed = stopwatch),
    close: () => void (passed = () => Infinity),
  };
}
