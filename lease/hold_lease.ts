import { getLogger } from "@logtape/logtape";
import type { Lease } from "../kube/builtin.ts";
import { delay } from "../kube/clock.ts";
import { startDeadline } from "../kube/deadline.ts";
import { reasonOf } from "../kube/errors.ts";
import { isUnanswered } from "../kube/outage_log.ts";
import { startStopwatch } from "./clocks.ts";
import type { LeaseContent, WatchedLease } from "./watched_lease.ts";
import type { WriteDeadline } from "./write_gate.ts";

const log = getLogger(["lease"]);

/** Settings that a process uses to acquire and renew a Lease. */
export interface HoldOptions {
  lease: WatchedLease;
  /** Deadline for writes of the controllers. Each acquisition or renewal of the Lease extends it. */
  writeDeadline: WriteDeadline;
  /** Returns the reason why this process does not hold the stored Lease, or undefined if it does. */
  lossReason(lease: Lease): string | undefined;
  /** Returns the fields of the Lease that a renewal writes. */
  renewal(): LeaseContent;
  /** Interval between renewals, in milliseconds. */
  intervalMs: number;
  /** Delay between a failed renewal and the next attempt, in milliseconds. */
  retryMs: number;
  /** Timeout of each request, in milliseconds. */
  callMs: number;
}

/** Default delay between a failed request and the next attempt. */
export const RETRY_MS = 2_000;
/** Default timeout of a request. It is short, so that there is time for another attempt to renew. */
export const CALL_MS = 3_000;
/** How long all attempts must fail before `Acquisition.problem` returns the reason. Single failures are normal. */
const LONG_MS = 30_000;
/** After this number of conflicts in a row, the next attempt waits for the retry delay, to avoid a hot loop. */
const MAX_TRIES = 5;

/**
 * Returns the reason why this process cannot rely on the stored Lease for `durationSeconds`; undefined if it can. The
 * reason is another holder, a shorter duration, or a missing `renewTime`.
 *
 * @param isHolder whether the Lease names this process as its holder
 * @param durationSeconds time after a renewal during which this process assumes that it holds the Lease
 */
export function lossReason(
  { spec = {} }: Lease,
  { isHolder, durationSeconds }: { isHolder: boolean; durationSeconds: number },
): string | undefined {
  const { holderIdentity = "", renewTime, leaseDurationSeconds = 0 } = spec;
  if (!isHolder) return `it is now held by "${holderIdentity}"`;
  if (renewTime && leaseDurationSeconds >= durationSeconds) return undefined;
  return "another client or an admission policy shortened its duration or removed its renewTime";
}

/** Acquires a Lease. The caller decides when to make each attempt. */
export interface Acquisition {
  /**
   * Writes the Lease once. Returns "conflict" if another client has changed the Lease. The attempt continues if the
   * signal is aborted: the API server may already have stored the Lease, and this process must then release it.
   */
  attempt(content: LeaseContent, signal: AbortSignal): Promise<"acquired" | "conflict" | "failed">;
  /** Forgets earlier failures. The caller must call this method before it pauses its attempts. */
  pause(): void;
  /**
   * If all attempts have failed for 30 seconds, returns the reason why the last attempt failed; otherwise undefined.
   */
  problem(): string | undefined;
}

/** Creates an {@linkcode Acquisition} of one Lease. Sends no request until the caller calls `attempt`. */
export function createAcquisition(
  { lease, writeDeadline, lossReason, callMs }: HoldOptions,
): Acquisition {
  const { monotonic } = lease.clocks;
  let failure: { sinceMs: number; reason: string } | undefined;

  function failed(reason: string) {
    failure = { sinceMs: failure?.sinceMs ?? monotonic.now(), reason };
  }

  return {
    async attempt(content, signal) {
      const elapsedMs = startStopwatch(lease.clocks);
      using deadline = startDeadline(monotonic, callMs);
      try {
        const stored = await lease.write(content, deadline.signal);
        if (!stored) {
          failed("other clients keep modifying it");
          return "conflict";
        }
        // The stored Lease may differ from the request, because an admission policy changed it.
        const reason = lossReason(stored);
        if (reason) throw new Error(reason);
      } catch (error) {
        if (!signal.aborted) failed(logFailure("acquire", lease, error));
        return "failed";
      }
      writeDeadline.extend(elapsedMs);
      failure = undefined;
      return "acquired";
    },
    pause: () => void (failure = undefined),
    problem: () =>
      failure && monotonic.now() - failure.sinceMs >= LONG_MS ? failure.reason : undefined,
  };
}

/**
 * Renews a Lease that this process holds, until `work` returns. Then expires the write deadline, so that no further
 * write starts.
 *
 * @param work receives a signal that is aborted when the Lease is lost: another process holds it, it was deleted, or it
 *   was not renewed in time. This function still waits until `work` returns. `work` can call `renew` to renew
 *   immediately.
 * @returns whether this process still holds the Lease
 */
export async function renewWhile(
  options: HoldOptions,
  work: (lost: AbortSignal, renew: () => Promise<unknown>) => Promise<void>,
): Promise<boolean> {
  const { lease, writeDeadline, intervalMs, retryMs, callMs } = options;
  const { namespace, name } = lease.at;
  const { monotonic } = lease.clocks;
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

  /**
   * Renews the Lease, and returns whether this succeeded. Retries immediately if another client only edited the Lease.
   */
  async function renew(): Promise<boolean> {
    const timeoutMs = Math.min(callMs, writeDeadline.leftMs());
    using deadline = startDeadline(monotonic, timeoutMs, ended.signal);
    try {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        checkHolder();
        if (ended.signal.aborted) return false;
        const elapsedMs = startStopwatch(lease.clocks);
        if (!await lease.write(options.renewal(), deadline.signal)) continue;
        if (!ended.signal.aborted) writeDeadline.extend(elapsedMs);
        return true;
      }
      throw new Error(`other clients changed it during each of ${MAX_TRIES} attempts`);
    } catch (error) {
      if (!ended.signal.aborted) logFailure("renew", lease, error);
      return false;
    }
  }

  async function renewRepeatedly() {
    let waitMs = intervalMs;
    while (!ended.signal.aborted) {
      const untilDeadlineMs = Math.max(0, writeDeadline.leftMs());
      await delay(monotonic, Math.min(waitMs, untilDeadlineMs), ended.signal);
      if (ended.signal.aborted) return;
      if (writeDeadline.leftMs() <= 0) return lose("it could not be renewed in time");
      waitMs = await renew() ? intervalMs : retryMs;
    }
  }

  const unsubscribe = lease.onChange(checkHolder);
  const renewing = renewRepeatedly();
  try {
    checkHolder();
    await work(lost.signal, renew);
  } finally {
    unsubscribe();
    ended.abort();
    await renewing;
    writeDeadline.expire();
  }
  return !lost.signal.aborted;
}

/** Sends the last requests for a Lease before the process stops. If they fail, the Lease expires after its duration. */
export async function finish(
  lease: WatchedLease,
  requests: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  using deadline = startDeadline(lease.clocks.monotonic, CALL_MS);
  try {
    await requests(deadline.signal);
  } catch (error) {
    logFailure("release", lease, error);
  }
}

/** Logs that a request for a Lease failed, at most once a minute, and returns the reason. */
export function logFailure(
  verb: "acquire" | "renew" | "release" | "read",
  { at: { namespace, name }, mayLogFailure }: WatchedLease,
  error: unknown,
): string {
  const reason = reasonOf(error);
  // If the API server does not respond, the transport already logs one warning for all requests.
  const isMinor = isUnanswered(error) || !mayLogFailure();
  log[isMinor ? "debug" : "warn"](`Cannot ${verb} the Lease {name} in {namespace}: {reason}`, {
    name,
    namespace,
    reason,
  });
  return reason;
}
