import { getLogger } from "@logtape/logtape";
import type { Lease } from "../kube/builtin.ts";
import { delay, startDeadline } from "../kube/clock.ts";
import { type Clocks, startStopwatch } from "./clocks.ts";
import { type LeaseContent, logFailure, type WatchedLease } from "./watched_lease.ts";
import type { WriteDeadline } from "./write_gate.ts";

const log = getLogger(["lease"]);

export interface RenewOptions {
  lease: WatchedLease;
  /** Was extended when the Lease was acquired. Expires at the end of the loop. */
  writeDeadline: WriteDeadline;
  /** Returns why this process does not hold the stored Lease, or undefined if it does. */
  lossReason(lease: Lease): string | undefined;
  /** Returns the fields that a renewal writes. */
  content(): LeaseContent;
  intervalMs: number;
  /** Delay after a failed renewal. */
  retryMs: number;
  /** Deadline of each request. */
  callMs: number;
  clocks: Clocks;
}

/**
 * Returns why other candidates do not accept that this process holds the stored Lease for the time it assumes, or
 * undefined if they do.
 *
 * @param isHolder whether the Lease names this process as its holder
 * @param durationSeconds for how long this process assumes to hold the Lease after a renewal
 */
export function lossReason(
  { spec = {} }: Lease,
  { isHolder, durationSeconds }: { isHolder: boolean; durationSeconds: number },
): string | undefined {
  const { holderIdentity = "", renewTime, leaseDurationSeconds = 0 } = spec;
  if (!isHolder) return `it is held by "${holderIdentity}" now`;
  if (renewTime && leaseDurationSeconds >= durationSeconds) return undefined;
  return "another client or an admission policy shortened its duration or removed its renewTime";
}

/** After so many conflicts in a row, the next renewal waits for the retry delay, so that no hot loop occurs. */
const MAX_TRIES = 5;

/**
 * Renews a held Lease while `work` runs.
 *
 * @param work receives a signal that is aborted when the Lease is lost: another process holds it, it was deleted, or it
 *   could not be renewed in time. The function waits until the work ends in any case.
 * @returns whether this process still holds the Lease
 */
export async function renewWhile(
  options: RenewOptions,
  work: (lost: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const { lease, writeDeadline, clocks, intervalMs, retryMs, callMs } = options;
  const { monotonic } = clocks;
  const { namespace, name } = lease.at;
  const lost = new AbortController();
  const ended = new AbortController();

  function lose(reason: string) {
    if (ended.signal.aborted) return;
    writeDeadline.expire();
    ended.abort();
    log.warn("Lost the Lease {name} in {namespace}: {reason}", { name, namespace, reason });
    lost.abort(new Error(`The Lease "${name}" in "${namespace}" is lost: ${reason}`));
  }

  function checkHolder() {
    const current = lease.current();
    const reason = current ? options.lossReason(current) : "it was deleted";
    if (reason) lose(reason);
  }

  /** Renews the Lease. Retries at once if another client changed it without acquiring it. */
  async function renew() {
    const timeoutMs = Math.min(callMs, writeDeadline.leftMs());
    const deadline = startDeadline(monotonic, timeoutMs, ended.signal);
    try {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        checkHolder();
        if (ended.signal.aborted) return;
        const elapsedMs = startStopwatch(clocks);
        if (!await lease.write(options.content(), deadline.signal)) continue;
        if (!ended.signal.aborted) writeDeadline.extend(elapsedMs);
        return;
      }
      throw new Error(`other clients changed it during each of ${MAX_TRIES} attempts`);
    } finally {
      deadline.dispose();
    }
  }

  async function renewRepeatedly() {
    let waitMs = intervalMs;
    while (!ended.signal.aborted) {
      const untilDeadlineMs = Math.max(0, writeDeadline.leftMs());
      await delay(monotonic, Math.min(waitMs, untilDeadlineMs), ended.signal);
      if (ended.signal.aborted) return;
      if (writeDeadline.leftMs() <= 0) return lose("it could not be renewed in time");
      try {
        await renew();
        waitMs = intervalMs;
      } catch (error) {
        if (ended.signal.aborted) return;
        waitMs = retryMs;
        logFailure("renew", lease.at, error);
      }
    }
  }

  const unsubscribe = lease.onChange(checkHolder);
  const renewing = renewRepeatedly();
  try {
    checkHolder();
    await work(lost.signal);
  } finally {
    unsubscribe();
    ended.abort();
    await renewing;
    writeDeadline.expire();
  }
  return !lost.signal.aborted;
}
