import { getLogger } from "@logtape/logtape";
import type { Lease } from "../kube/builtin.ts";
import { delay, microTime, startDeadline } from "../kube/clock.ts";
import { type Clocks, startStopwatch, systemClocks } from "./clocks.ts";
import { createFailureStreak } from "./failure_streak.ts";
import { createObservedExpiry } from "./expiry.ts";
import { lossReason, renewWhile } from "./renew_loop.ts";
import {
  type LeaseClient,
  type LeaseContent,
  logFailure,
  type WatchedLease,
  watchedLease,
} from "./watched_lease.ts";
import { createWriteDeadline, type WriteDeadline } from "./write_gate.ts";

const log = getLogger(["lease", "leader"]);

export interface LeaderOptions {
  /** Needs connections of its own, so that other requests do not delay renewals. */
  client: LeaseClient;
  /** The Lease that all candidates compete for. */
  at: { namespace: string; name: string };
  /** Identifies this process among all candidates. */
  identity: string;
  clocks?: Clocks;
  /** Returns a number in [0, 1), as `Math.random`. */
  random?: () => number;
}

/** A candidate of leader election, compatible with client-go (KEP-589), so that both can compete for one Lease. */
export interface Leader extends Pick<WatchedLease, "informer"> {
  /** Remaining time to write after the last renewal. */
  readonly writeDeadline: Pick<WriteDeadline, "leftMs">;
  isLeader(): boolean;
  /** Returns why a Lease that is not held cannot be acquired, if this has failed for a while. */
  problem(): string | undefined;
  /**
   * Acquires the Lease and runs `work` as the leader, again after each loss, until the signal is aborted. Then releases
   * the Lease.
   *
   * @param work receives a signal that is aborted when another process may lead. When `signal` is aborted, the Lease is
   *   still renewed until the work has ended.
   */
  run(signal: AbortSignal, work: (lost: AbortSignal) => Promise<void>): Promise<void>;
  /** Returns whether another replica is the leader within a time in milliseconds. Only useful after {@linkcode run}. */
  hasSuccessor(withinMs: number): Promise<boolean>;
}

/** For how long a renewal holds the Lease; the same timing as in client-go. */
const LEASE_SECONDS = 15;
/** For how long a renewal allows writes. */
const RENEW_DEADLINE_MS = 10_000;
/** Interval of renewals and of attempts to acquire. */
const RETRY_MS = 2_000;
/** Deadline of each request, so that a dead connection does not use up the whole renew deadline. */
const CALL_MS = 3_000;
/** Longest random delay before an attempt, so that standbys do not all try at the same moment. */
const JITTER_MS = 200;

/** Creates a candidate. The caller starts its informer. */
export function createLeader(options: LeaderOptions): Leader {
  const { client, at, identity, clocks = systemClocks, random = Math.random } = options;
  const { monotonic, wall } = clocks;
  const lease = watchedLease({ client, at, clock: monotonic, random });
  const writeDeadline = createWriteDeadline(RENEW_DEADLINE_MS);
  const failures = createFailureStreak(monotonic);
  const expiry = createObservedExpiry(monotonic, {
    durationMs({ spec = {} }) {
      const { holderIdentity, leaseDurationSeconds = LEASE_SECONDS } = spec;
      // A released Lease still has a duration of one second, but candidates need not wait for that.
      return holderIdentity ? leaseDurationSeconds * 1000 : 0;
    },
  });
  let lastHolder: string | undefined;
  let leading = false;

  lease.onChange(() => {
    const current = lease.current();
    expiry.observe(current);
    if (current) lastHolder = current.spec?.holderIdentity;
  });

  const isOurs = ({ spec }: Lease) => spec?.holderIdentity === identity;
  const ownLossReason = (current: Lease) =>
    lossReason(current, { isHolder: isOurs(current), durationSeconds: LEASE_SECONDS });

  function renewal(): LeaseContent {
    return {
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: LEASE_SECONDS,
        renewTime: microTime(wall.now()),
      },
    };
  }

  function acquisition(current: Lease | undefined): LeaseContent {
    if (current && isOurs(current)) return renewal();
    const { spec } = renewal();
    const leaseTransitions = current ? (current.spec?.leaseTransitions ?? 0) + 1 : 0;
    return { spec: { ...spec, acquireTime: spec.renewTime ?? "", leaseTransitions } };
  }

  /** Tries once to acquire a Lease that is not held. */
  async function tryAcquire(signal: AbortSignal): Promise<"acquired" | "conflict" | "failed"> {
    const elapsedMs = startStopwatch(clocks);
    const deadline = startDeadline(monotonic, CALL_MS, signal);
    try {
      const acquired = await lease.write(acquisition(lease.current()), deadline.signal);
      if (!acquired) {
        failures.failed("other clients keep modifying it");
        return "conflict";
      }
      // An admission policy may have changed the Lease.
      const reason = ownLossReason(acquired);
      if (reason) throw new Error(reason);
      writeDeadline.extend(elapsedMs);
      return "acquired";
    } catch (error) {
      if (!signal.aborted) failures.failed(logFailure("acquire", at, error));
      return "failed";
    } finally {
      deadline.dispose();
    }
  }

  /** Acquires the Lease, after waiting for its holder. Returns false if the signal was aborted. */
  async function acquire(signal: AbortSignal): Promise<boolean> {
    let waited = false;
    while (!signal.aborted) {
      const leftMs = lastHolder === identity ? 0 : expiry.leftMs();
      if (leftMs > 0) {
        failures.end();
        if (!waited) log.info("Waiting for the leader {lastHolder}", { lastHolder });
        waited = true;
        await lease.waitForChange(leftMs, signal);
        continue;
      }
      if (waited) {
        waited = false;
        await delay(monotonic, random() * JITTER_MS, signal);
        continue;
      }
      const outcome = await tryAcquire(signal);
      if (outcome === "acquired") {
        failures.end();
        return true;
      }
      const waitMs = outcome === "conflict" ? random() * JITTER_MS : RETRY_MS * (1 + random() / 5);
      await delay(monotonic, waitMs, signal);
    }
    return false;
  }

  /** Releases the Lease. If this fails, the Lease expires after its duration. */
  async function release() {
    const deadline = startDeadline(monotonic, CALL_MS);
    const spec = { ...renewal().spec, holderIdentity: "", leaseDurationSeconds: 1 };
    try {
      for (let current = lease.current(); current && isOurs(current); current = lease.current()) {
        if (await lease.write({ spec }, deadline.signal)) return;
      }
    } catch (error) {
      logFailure("release", at, error);
    } finally {
      deadline.dispose();
    }
  }

  async function lead(work: (lost: AbortSignal) => Promise<void>): Promise<boolean> {
    leading = true;
    log.info("Leading as {identity}", { identity });
    const times = { intervalMs: RETRY_MS, retryMs: RETRY_MS, callMs: CALL_MS };
    const contents = { lossReason: ownLossReason, content: renewal };
    try {
      return await renewWhile({ lease, writeDeadline, ...contents, ...times, clocks }, work);
    } finally {
      leading = false;
    }
  }

  return {
    informer: lease.informer,
    writeDeadline,
    isLeader: () => leading,
    problem: () => {
      const reason = failures.problem();
      return reason && `Cannot acquire the Lease "${at.namespace}/${at.name}": ${reason}`;
    },
    async run(signal, work) {
      expiry.observe(lease.current());
      while (await acquire(signal)) {
        const isKept = await lead(work);
        if (signal.aborted && isKept) return await release();
      }
    },
    async hasSuccessor(withinMs) {
      const { signal } = new AbortController();
      const untilMs = monotonic.now() + withinMs;
      while (true) {
        const { holderIdentity } = lease.current()?.spec ?? {};
        if (holderIdentity && holderIdentity !== identity) return true;
        const leftMs = untilMs - monotonic.now();
        if (leftMs <= 0) return false;
        await lease.waitForChange(leftMs, signal);
      }
    },
  };
}
