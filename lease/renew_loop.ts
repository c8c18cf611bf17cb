import type { Log } from "./log.ts";
import { delay } from "../kube/clock.ts";
import { startDeadline } from "../kube/deadline.ts";
import type { Lease } from "../kube/builtin.ts";
import { reasonOf } from "../kube/errors.ts";
import { type Clocks, startStopwatch } from "./clocks.ts";
import type { Fence } from "./write_deadline.ts";
import type { LeaseContent, WatchedLease } from "./watched_lease.ts";

export interface KeepOptions {
  lease: WatchedLease;
  /** Open already, by the write that made the Lease ours; closed when this ends. */
  fence: Fence;
  /** Why the Lease, as it is now, is not what we hold; undefined while it is. */
  lossOf(lease: Lease): string | undefined;
  /** What a renewal writes. */
  renewal(): LeaseContent;
  renewMs: number;
  /** After a renewal that failed. */
  retryMs: number;
  /** For each request. */
  callMs: number;
  clocks: Clocks;
  log: Log;
}

/**
 * Why a Lease is lost that others would not take for ours, or not for as long as we do.
 *
 * @param isOurs whether we are its holder
 * @param durationSeconds for which we hold it
 */
export function lossOf(
  { spec = {} }: Lease,
  { isOurs, durationSeconds }: { isOurs: boolean; durationSeconds: number },
): string | undefined {
  const { holderIdentity = "", renewTime, leaseDurationSeconds = 0 } = spec;
  if (!isOurs) return `it is held by "${holderIdentity}" now`;
  const counts = renewTime && leaseDurationSeconds >= durationSeconds;
  return counts ? undefined : "somebody made it count for less";
}

/** Then the next one comes after the time for failures: no loop is as hot as one of conflicts. */
const MAX_TRIES = 5;

/**
 * Keeps a Lease that is ours by renewing it while `work` goes on.
 *
 * @param work is told by its signal when the Lease is lost: it is somebody else's, gone, or could not be renewed in
 *   time. It is waited for all the same.
 * @returns whether the Lease is still ours
 */
export async function keep(
  options: KeepOptions,
  work: (lost: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const { lease, fence, clocks, log, renewMs, retryMs, callMs } = options;
  const { namespace, name } = lease.at;
  const lost = new AbortController();
  const over = new AbortController();

  function lose(why: string) {
    if (over.signal.aborted) return;
    fence.close();
    over.abort();
    log.warn("Lost the Lease {name} in {namespace}: {why}", { name, namespace, why });
    lost.abort(new Error(`The Lease "${name}" in "${namespace}" is lost: ${why}`));
  }

  function look() {
    const current = lease.current();
    const why = current ? options.lossOf(current) : "it was deleted";
    if (why) lose(why);
  }

  /** Renews; at once again where others changed it under our hands without taking it. */
  async function renew() {
    const deadline = startDeadline(clocks.steady, Math.min(callMs, fence.leftMs()), over.signal);
    try {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        look();
        if (over.signal.aborted) return;
        const passed = startStopwatch(clocks);
        if (!await lease.write(options.renewal(), deadline.signal)) continue;
        if (!over.signal.aborted) fence.renewed(passed);
        return;
      }
      throw new Error(`it was changed by others ${MAX_TRIES} times meanwhile`);
    } finally {
      deadline.dispose();
    }
  }

  async function renewAgainAndAgain() {
    let waitMs = renewMs;
    while (!over.signal.aborted) {
      await delay(clocks.steady, Math.min(waitMs, Math.max(0, fence.leftMs())), over.signal);
      if (over.signal.aborted) return;
      if (fence.leftMs() <= 0) return lose("it could not be renewed in time");
      try {
        await renew();
        waitMs = renewMs;
      } catch (error) {
        if (over.signal.aborted) return;
        waitMs = retryMs;
        const reason = reasonOf(error);
        log.warn("Cannot renew the Lease {name} in {namespace}: {reason}", {
          name,
          namespace,
          reason,
        });
      }
    }
  }

  const unsubscribe = lease.onChange(look);
  const renewing = renewAgainAndAgain();
  try {
    look();
    await work(lost.signal);
  } finally {
    unsubscribe();
    over.abort();
    await renewing;
    fence.close();
  }
  return !lost.signal.aborted;
}
