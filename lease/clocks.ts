import { type Clock, systemClock } from "../kube/clock.ts";

/** The two clocks of this process. The operator relies neither on other machines' clocks nor on times in a Lease. */
export interface Clocks {
  /** Monotonic clock. It never jumps, but may stand still while a virtual machine is suspended. */
  monotonic: Clock;
  /** Time of day. An administrator or NTP may set it forward or back at any time. */
  wall: Clock;
}

/** The clocks of the operating system. */
export const systemClocks: Clocks = {
  monotonic: { now: () => performance.now(), timer: systemClock.timer },
  wall: systemClock,
};

/**
 * Starts a stopwatch. The returned function returns the longest time that may have elapsed since the start, in
 * milliseconds. A clock that was set back or stood still does not shorten this time. A clock that was set forward makes
 * the returned time too long, which is safe: the operator then stops writing too early.
 */
export function startStopwatch({ monotonic, wall }: Clocks): () => number {
  const [monotonicMs, wallMs] = [monotonic.now(), wall.now()];
  return () => Math.max(monotonic.now() - monotonicMs, wall.now() - wallMs);
}
