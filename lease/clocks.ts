import { type Clock, systemClock } from "../kube/clock.ts";

/** The two clocks of this process. Times of other processes, such as those in a Lease, are never used. */
export interface Clocks {
  /** Never jumps, but may stand still while a virtual machine is suspended. */
  monotonic: Clock;
  /** Shows the time of day. It may be set forward or back at any time. */
  wall: Clock;
}

/** The clocks of the operating system. */
export const systemClocks: Clocks = {
  monotonic: { now: () => performance.now(), timer: systemClock.timer },
  wall: systemClock,
};

/**
 * Starts a stopwatch. The returned function returns the longest time that may have elapsed since, in milliseconds. A
 * clock that was set back or stood still does not shorten it. A clock that was set forward makes it too long, which is
 * safe: the operator then stops writing too early.
 */
export function startStopwatch({ monotonic, wall }: Clocks): () => number {
  const [monotonicMs, wallMs] = [monotonic.now(), wall.now()];
  return () => Math.max(monotonic.now() - monotonicMs, wall.now() - wallMs);
}
