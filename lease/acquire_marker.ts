import type { Lease } from "../kube/builtin.ts";
import { delay, startDeadline } from "../kube/clock.ts";
import { type Clocks, startStopwatch } from "./clocks.ts";
import type { EarliestExpiry, ObservedExpiry } from "./expiry.ts";
import type { FailureStreak } from "./failure_streak.ts";
import { WRITING } from "./marker_lease.ts";
import type { MarkerState } from "./marker_state.ts";
import { logFailure, type WatchedLease } from "./watched_lease.ts";
import type { WriteDeadline } from "./write_gate.ts";

export interface AcquireOptions {
  lease: WatchedLease;
  state: MarkerState;
  /** Returns the last state of the Lease, also after its deletion. */
  lastLease(): Lease | undefined;
  observedExpiry: Pick<ObservedExpiry, "leftMs">;
  earliestExpiry: Pick<EarliestExpiry, "leftMs">;
  writeDeadline: Pick<WriteDeadline, "extend">;
  failures: FailureStreak;
  handoverDelayMs: number;
  /** Deadline of each request. */
  callMs: number;
  /** Delay after a failed request. */
  retryMs: number;
  clocks: Clocks;
  random: () => number;
}

/** Safety margin for clocks that do not run at exactly the same rate. */
const TOLERANCE_MS = 300;
/** Delay after a conflict with another client. */
export const CONFLICT_DELAY_MS = 100;

/**
 * Acquires the marker Lease. Waits while another installation holds it, and retries after errors.
 *
 * @returns the delay before the first write in milliseconds, or undefined if the signal was aborted
 */
export async function acquireMarker(
  options: AcquireOptions,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { lease, state, observedExpiry, failures, retryMs, random } = options;
  const clock = options.clocks.monotonic;
  while (!signal.aborted) {
    const last = options.lastLease();
    const leftMs = observedExpiry.leftMs();
    if (last && !state.isOurs(last) && leftMs > 0) {
      state.enter({ name: "standby", foreign: last });
      await lease.waitForChange(leftMs, signal);
      continue;
    }
    state.enter({ name: "standby" });
    try {
      const delayMs = await tryAcquire(options, signal);
      if (delayMs !== undefined) {
        failures.end();
        return delayMs;
      }
      failures.failed("other clients keep modifying it");
      await delay(clock, CONFLICT_DELAY_MS, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      failures.failed(logFailure("acquire", lease.at, error));
      await delay(clock, retryMs * (1 + random() / 5), signal);
    }
  }
  return undefined;
}

/**
 * Writes the marker Lease once. Returns the delay before the first write, or undefined after a conflict. The delay is 0
 * if this installation was already writing and the Lease cannot have expired for any other operator since.
 */
async function tryAcquire(
  options: AcquireOptions,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { lease, state, clocks, callMs } = options;
  const current = lease.current();
  const wasWriting = current && state.isOurs(current) &&
    current.metadata.annotations?.[WRITING] === "true";
  const heldForMs = wasWriting ? options.earliestExpiry.leftMs() : 0;
  const elapsedMs = startStopwatch(clocks);
  const deadline = startDeadline(clocks.monotonic, callMs, signal);
  try {
    const content = current ? state.renewal() : state.creation();
    const written = await lease.write(content, deadline.signal);
    if (!written) return undefined;
    // An admission policy may have changed the Lease.
    const reason = state.lossReason(written);
    if (reason) throw new Error(reason);
  } finally {
    deadline.dispose();
  }
  options.writeDeadline.extend(elapsedMs);
  return heldForMs - elapsedMs() > TOLERANCE_MS ? 0 : options.handoverDelayMs;
}
