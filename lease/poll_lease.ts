import { delay } from "../kube/clock.ts";
import { startDeadline } from "../kube/deadline.ts";
import { reasonOf } from "../kube/errors.ts";
import { type Clocks, startStopwatch } from "./clocks.ts";
import type { Log } from "./log.ts";
import type { Proof } from "./earliest_expiry.ts";
import type { WatchedLease } from "./watched_lease.ts";

export interface LookingOptions {
  lease: WatchedLease;
  /** What the looks are for. */
  proof: Pick<Proof, "read">;
  /** Whether a look is of no use now. */
  unless(): boolean;
  everyMs: number;
  /** For each look. */
  callMs: number;
  clocks: Clocks;
  log: Log;
}

/** Reads a Lease again and again until the signal is aborted, so that it is known when its renewals were made. */
export async function keepLooking(options: LookingOptions, signal: AbortSignal): Promise<void> {
  const { lease, proof, everyMs, callMs, clocks, log } = options;
  const { namespace, name } = lease.at;
  let failing = false;
  while (!signal.aborted) {
    if (!options.unless()) await look();
    await delay(clocks.steady, everyMs, signal);
  }

  async function look() {
    const deadline = startDeadline(clocks.steady, callMs, signal);
    const passed = startStopwatch(clocks);
    try {
      await lease.read(deadline.signal);
      proof.read(passed);
      failing = false;
    } catch (error) {
      if (signal.aborted || failing) return;
      failing = true;
      const reason = reasonOf(error);
      log.warn("Cannot look at the Lease {name} in {namespace}: {reason}", {
        name,
        namespace,
        reason,
      });
    } finally {
      deadline.dispose();
    }
  }
}
