import { delay, startDeadline } from "../kube/clock.ts";
import { type Clocks, startStopwatch } from "./clocks.ts";
import type { EarliestExpiry } from "./expiry.ts";
import { logFailure, type WatchedLease } from "./watched_lease.ts";

export interface PollOptions {
  lease: WatchedLease;
  /** Each read updates this. */
  earliestExpiry: Pick<EarliestExpiry, "confirmByRead">;
  /** Returns whether the next read can be skipped. */
  skip(): boolean;
  intervalMs: number;
  /** Deadline of each read. */
  callMs: number;
  clocks: Clocks;
}

/** Reads a Lease repeatedly until the signal is aborted, so that the age of its renewals is known. */
export async function pollLease(options: PollOptions, signal: AbortSignal): Promise<void> {
  const { lease, earliestExpiry, intervalMs, callMs, clocks } = options;
  let failing = false;
  while (!signal.aborted) {
    if (!options.skip()) await read();
    await delay(clocks.monotonic, intervalMs, signal);
  }

  async function read() {
    const deadline = startDeadline(clocks.monotonic, callMs, signal);
    const elapsedMs = startStopwatch(clocks);
    try {
      await lease.read(deadline.signal);
      earliestExpiry.confirmByRead(elapsedMs);
      failing = false;
    } catch (error) {
      // Only the first failure of a series is logged.
      if (!signal.aborted && !failing) logFailure("read", lease.at, error);
      failing = true;
    } finally {
      deadline.dispose();
    }
  }
}
