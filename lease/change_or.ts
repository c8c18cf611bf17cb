import { type Clock, delay } from "../kube/clock.ts";
import type { WatchedLease } from "./watched_lease.ts";

/** A timer of more than 31 bits fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves when the Lease changes, when the time is over, or when the signal is aborted. */
export async function changeOr(
  { lease, clock, timeMs, signal }: {
    lease: Pick<WatchedLease, "onChange">;
    clock: Clock;
    timeMs: number;
    signal: AbortSignal;
  },
): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  const unsubscribe = lease.onChange(end);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  try {
    await delay(clock, Math.min(timeMs, LONGEST_TIMER_MS), over.signal);
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", end);
  }
}
