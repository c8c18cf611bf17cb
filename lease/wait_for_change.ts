import { type Clock, delay } from "../kube/clock.ts";
import type { WatchedLease } from "./watched_lease.ts";

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
    await delay(clock, timeMs, over.signal);
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", end);
  }
}
