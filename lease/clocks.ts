import { type Clock, systemClock } from "../kube/clock.ts";

/** The two clocks of this process. The operator does not rely on other machines' clocks or on times in a Lease. */
export interface Clocks {
  /** Monotonic clock. It never jumps, but may stop while a virtual machine is suspended. */
  monotonic: Clock;
  /** Time of day. An administrator or NTP may set it forward or back at any time. */
  wall: Pick<Clock, "now">;
}

/** The clocks of the operating system. */
export const systemClocks: Clocks = {
  monotonic: systemClock,
  wall: { now: systemClock.epochMs },
};

/**
 * Starts a stopwatch. The returned function returns the longest time that may have elapsed since the start, in
 * milliseconds. If one clock is set back or stops, this time does not become shorter. If a clock is set forward, the
 * time is too long. This is safe, because the operator then stops writing earlier than necessary.
 */
export function startStopwatch({ monotonic, wall }: Clocks): () => number {
  const [monotonicMs, wallMs] = [monotonic.now(), wall.now()];
  return () => Math.max(monotonic.now() - monotonicMs, wall.now() - wallMs);
}
