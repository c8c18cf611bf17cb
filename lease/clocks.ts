import { type Clock, systemClock } from "../kube/clock.ts";

/** The two ways in which time is known here; a Lease never makes us trust a third, somebody else's. */
export interface Clocks {
  /** Runs evenly and is never set. It may stand still while a virtual machine is suspended. */
  steady: Clock;
  /** Tells the time of day, and is set now and then. */
  wall: Clock;
}

export const systemClocks: Clocks = {
  steady: { now: () => performance.now(), timer: systemClock.timer },
  wall: systemClock,
};

/**
 * Starts to measure; the returned function tells the longest time that may have passed since, in milliseconds. A clock
 * that was set back or stood still hides no time; one that was set forward makes up some, which only makes us careful.
 */
export function startStopwatch({ steady, wall }: Clocks): () => number {
  const [steadyMs, wallMs] = [steady.now(), wall.now()];
  return () => Math.max(steady.now() - steadyMs, wall.now() - wallMs);
}
