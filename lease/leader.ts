import { getLogger } from "@logtape/logtape";
import type { Lease } from "../kube/builtin.ts";
import { delay, microTime } from "../kube/clock.ts";
import { type Clocks, systemClocks } from "./clocks.ts";
import { createObservedExpiry } from "./expiry.ts";
import {
  CALL_MS,
  createAcquisition,
  finish,
  type HoldOptions,
  lossReason,
  renewWhile,
  RETRY_MS,
} from "./hold_lease.ts";
import {
  type LeaseClient,
  type LeaseContent,
  type WatchedLease,
  watchedLease,
} from "./watched_lease.ts";
import { createWriteDeadline, type WriteDeadline } from "./write_gate.ts";

const log = getLogger(["lease", "leader"]);

export interface LeaderOptions {
  client: LeaseClient;
  /** Namespace and name of the leader Lease that all candidates compete for. */
  at: { namespace: string; name: string };
  /** Name of this process in the leader Lease, unique among all candidates. */
  identity: string;
  clocks?: Clocks;
  random?: typeof Math.random;
}

/** A candidate in leader election. It can compete for the same Lease with candidates that use client-go (KEP-589). */
export interface Leader extends Pick<WatchedLease, "informer"> {
  /** Deadline for writes. Each acquisition or renewal of the leader Lease extends it. */
  readonly writeDeadline: Pick<WriteDeadline, "leftMs" | "longestWriteMs">;
  isLeader(): boolean;
  /** Returns the reason if all attempts to acquire a free Lease have failed for 30 seconds; otherwise undefined. */
  problem(): string | undefined;
  /**
   * Acquires the Lease and calls `work` as the leader; repeats both after each loss of the Lease. After `signal` is
   * aborted, waits until `work` returns, and releases the Lease. If `signal` is aborted during the request that
   * acquires the Lease, still calls `work`, because `work` may have to prepare the release of a marker Lease.
   *
   * @param work receives a signal that is aborted when another process may be the leader. After `signal` is aborted,
   *   this process still renews the Lease until `work` returns.
   */
  run(signal: AbortSignal, work: (lost: AbortSignal) => Promise<void>): Promise<void>;
  /**
   * Waits up to `withinMs` milliseconds until another replica holds the Lease, and returns whether one does. Call this
   * method only after {@linkcode run} has returned.
   */
  hasSuccessor(withinMs: number): Promise<boolean>;
}

/** Time from a renewal until the Lease expires, as in client-go. Other candidates do not acquire the Lease earlier. */
const LEASE_SECONDS = 15;
/** Time after a renewal during which a write may start. It is shorter than the duration of the Lease. */
const RENEW_DEADLINE_MS = 10_000;
/** Maximum random delay before an attempt, so that standbys do not all send a request at the same moment. */
const JITTER_MS = 200;

/** Creates a candidate in leader election. The caller starts the informer of the candidate. */
export function createLeader(options: LeaderOptions): Leader {
  const { client, at, identity, clocks = systemClocks, random = Math.random } = options;
  const { monotonic, wall } = clocks;
  const lease = watchedLease({ client, at, clocks, random });
  const writeDeadline = createWriteDeadline({
    validMs: RENEW_DEADLINE_MS,
    durationMs: LEASE_SECONDS * 1000,
  });
  const isOurs = ({ spec }: Lease) => spec?.holderIdentity === identity;
  const holding: HoldOptions = {
    lease,
    writeDeadline,
    lossReason: (current) =>
      lossReason(current, { isHolder: isOurs(current), durationSeconds: LEASE_SECONDS }),
    renewal,
    intervalMs: RETRY_MS,
    retryMs: RETRY_MS,
    callMs: CALL_MS,
  };
  const acquisition = createAcquisition(holding);
  const expiry = createObservedExpiry(monotonic, {
    durationMs({ spec = {} }) {
      const { holderIdentity, leaseDurationSeconds = LEASE_SECONDS } = spec;
      // When client-go releases a Lease, it sets the duration to one second. Candidates acquire a released Lease
      // immediately and do not wait until this second has passed.
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

  function renewal() {
    const renewTime = microTime(wall.now());
    const spec = { holderIdentity: identity, leaseDurationSeconds: LEASE_SECONDS, renewTime };
    return { spec };
  }

  function newTerm(current: Lease | undefined): LeaseContent {
    const { spec } = renewal();
    if (current && isOurs(current)) return { spec };
    const leaseTransitions = current ? (current.spec?.leaseTransitions ?? 0) + 1 : 0;
    return { spec: { ...spec, acquireTime: spec.renewTime, leaseTransitions } };
  }

  /** Waits until the Lease is released or expires, and acquires it. Returns false if the signal was aborted. */
  async function acquire(signal: AbortSignal): Promise<boolean> {
    let waited = false;
    while (!signal.aborted) {
      const leftMs = lastHolder === identity ? 0 : expiry.leftMs();
      if (leftMs > 0) {
        acquisition.pause();
        if (!waited) log.info("Standby: {lastHolder} is the leader", { lastHolder });
        waited = true;
        await lease.waitForChange(leftMs, signal);
        continue;
      }
      if (waited) {
        waited = false;
        await delay(monotonic, random() * JITTER_MS, signal);
        continue;
      }
      const outcome = await acquisition.attempt(newTerm(lease.current()), signal);
      if (outcome === "acquired") return true;
      const waitMs = outcome === "conflict" ? random() * JITTER_MS : RETRY_MS * (1 + random() / 5);
      await delay(monotonic, waitMs, signal);
    }
    return false;
  }

  async function release(signal: AbortSignal) {
    const spec = { ...renewal().spec, holderIdentity: "", leaseDurationSeconds: 1 };
    for (let current = lease.current(); current && isOurs(current); current = lease.current()) {
      if (await lease.write({ spec }, signal)) return;
    }
  }

  return {
    informer: lease.informer,
    writeDeadline,
    isLeader: () => leading,
    problem: () => {
      const reason = acquisition.problem();
      return reason && `Cannot acquire the Lease "${at.namespace}/${at.name}": ${reason}`;
    },
    async run(signal, work) {
      expiry.observe(lease.current());
      while (await acquire(signal)) {
        leading = true;
        log.info("Acquired the leader Lease as {identity}", { identity });
        const isKept = await renewWhile(holding, work).finally(() => leading = false);
        if (signal.aborted && isKept) return await finish(lease, release);
      }
    },
    async hasSuccessor(withinMs) {
      const untilMs = monotonic.now() + withinMs;
      while (true) {
        const { holderIdentity } = lease.current()?.spec ?? {};
        if (holderIdentity && holderIdentity !== identity) return true;
        const leftMs = untilMs - monotonic.now();
        if (leftMs <= 0) return false;
        await lease.waitForChange(leftMs);
      }
    },
  };
}
