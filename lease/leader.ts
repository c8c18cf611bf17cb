import { getLogger } from "@logtape/logtape";
import type { Lease } from "../kube/builtin.ts";
import { delay } from "../kube/clock.ts";
import { startDeadline } from "../kube/deadline.ts";
import { reasonOf } from "../kube/errors.ts";
import { microTime } from "../kube/micro_time.ts";
import { changeOr } from "./wait_for_change.ts";
import { type Clocks, startStopwatch, systemClocks } from "./clocks.ts";
import { ELECTION_TIMES, type ElectionTimes } from "./election_times.ts";
import { createFence, type Fence } from "./write_deadline.ts";
import { keep, lossOf } from "./renew_loop.ts";
import type { Log } from "./log.ts";
import { createObservation } from "./observed_expiry.ts";
import { createTrouble } from "./failure_streak.ts";
import { type LeaseClient, type LeaseContent, watchedLease } from "./watched_lease.ts";

export interface LeaderOptions {
  /** With a short deadline on each call, and connections of its own: what is written must not hold up a renewal. */
  client: LeaseClient;
  /** The Lease that all candidates compete for. */
  at: { namespace: string; name: string };
  /** Names this process and no other. */
  identity: string;
  times?: ElectionTimes;
  clocks?: Clocks;
  /** A number in [0, 1), as `Math.random`. */
  random?: () => number;
  log?: Log;
}

/** Leader election by a Lease, as client-go does it (KEP-589), so that both can compete for one. */
export interface Leader extends Pick<ReturnType<typeof watchedLease>, "informer"> {
  /** How long may still be written on the strength of the last renewal. */
  readonly fence: Pick<Fence, "leftMs">;
  isLeader(): boolean;
  /** Why the Lease cannot be taken though nobody holds it, once that has gone on for a while. */
  problem(): string | undefined;
  /**
   * Waits for its turn and works then, again after each loss, until the signal is aborted; then gives the Lease back.
   *
   * @param work is told by its signal when another may lead. After the end of `signal` it takes the time it needs to
   *   end in order; the Lease is kept until then.
   */
  run(signal: AbortSignal, work: (lost: AbortSignal) => Promise<void>): Promise<void>;
  /** Whether another replica leads, or does so within this time in milliseconds; asked after {@link run}. */
  hasSuccessor(withinMs: number): Promise<boolean>;
}

/** Standbys that wait for the same moment do not all come at once. */
const JITTER_MS = 200;

/** Makes a candidate; its informer is the caller's to start. */
export function createLeader(options: LeaderOptions): Leader {
  const { client, at, identity, times = ELECTION_TIMES } = options;
  const { clocks = systemClocks, random = Math.random, log = getLogger(["lease", "leader"]) } =
    options;
  const { steady, wall } = clocks;
  const lease = watchedLease({ client, at, clock: steady, random });
  const fence = createFence(times.renewDeadlineMs);
  const trouble = createTrouble(steady);
  // A release names a second, so that no time passes until somebody else leads.
  const observation = createObservation(steady, {
    durationMs({ spec = {} }) {
      const { holderIdentity, leaseDurationSeconds } = spec;
      return holderIdentity ? (leaseDurationSeconds ?? times.leaseDurationMs / 1000) * 1000 : 0;
    },
  });
  /** Of the Lease that was there last. */
  let lastHolder: string | undefined;
  let leading = false;

  lease.onChange(() => {
    const current = lease.current();
    observation.see(current);
    if (current) lastHolder = current.spec?.holderIdentity;
  });

  const isOurs = ({ spec }: Lease) => spec?.holderIdentity === identity;
  const lossOfOurs = (current: Lease) =>
    lossOf(current, {
      isOurs: isOurs(current),
      durationSeconds: times.leaseDurationMs / 1000,
    });

  function renewal(): LeaseContent {
    return {
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: times.leaseDurationMs / 1000,
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

  /** One try to take what nobody holds. */
  async function take(signal: AbortSignal): Promise<"taken" | "moved" | "failed"> {
    const passed = startStopwatch(clocks);
    const deadline = startDeadline(steady, times.callMs, signal);
    try {
      const taken = await lease.write(acquisition(lease.current()), deadline.signal);
      if (!taken) {
        trouble.failed("it is changed by others all the time");
        return "moved";
      }
      // An admission policy may store something else than was sent.
      const why = lossOfOurs(taken);
      if (why) throw new Error(why);
      fence.renewed(passed);
      return "taken";
    } catch (error) {
      if (signal.aborted) return "failed";
      const reason = reasonOf(error);
      trouble.failed(reason);
      log.warn("Cannot take the Lease {name} in {namespace}: {reason}", { ...at, reason });
      return "failed";
    } finally {
      deadline.dispose();
    }
  }

  /** Returns whether the Lease is ours; false only after an abort. */
  async function acquire(signal: AbortSignal): Promise<boolean> {
    let waited = false;
    while (!signal.aborted) {
      const leftMs = lastHolder === identity ? 0 : observation.leftMs();
      if (leftMs > 0) {
        trouble.over();
        if (!waited) log.info("Waiting for {lastHolder}, who leads", { lastHolder });
        waited = true;
        await changeOr({ lease, clock: steady, timeMs: leftMs, signal });
        continue;
      }
      if (waited) {
        waited = false;
        await delay(steady, random() * JITTER_MS, signal);
        continue;
      }
      const taken = await take(signal);
      if (taken === "taken") {
        trouble.over();
        return true;
      }
      // Somebody was quicker, or edits it: if it is nobody's even so, the next try comes after a while.
      if (taken === "moved") await delay(steady, random() * JITTER_MS, signal);
      if (taken === "failed") await delay(steady, times.retryMs * (1 + random() / 5), signal);
    }
    return false;
  }

  async function release() {
    const deadline = startDeadline(steady, times.callMs);
    const spec = { ...renewal().spec, holderIdentity: "", leaseDurationSeconds: 1 };
    try {
      for (let current = lease.current(); current && isOurs(current); current = lease.current()) {
        if (await lease.write({ spec }, deadline.signal)) return;
      }
    } catch (error) {
      const reason = reasonOf(error);
      log.warn("Cannot give the leadership back, it lapses by itself: {reason}", { reason });
    } finally {
      deadline.dispose();
    }
  }

  async function lead(work: (lost: AbortSignal) => Promise<void>): Promise<boolean> {
    leading = true;
    log.info("Leading as {identity}", { identity });
    try {
      const { retryMs, callMs } = times;
      return await keep(
        {
          lease,
          fence,
          lossOf: lossOfOurs,
          renewal,
          renewMs: retryMs,
          retryMs,
          callMs,
          clocks,
          log,
        },
        work,
      );
    } finally {
      leading = false;
    }
  }

  return {
    informer: lease.informer,
    fence,
    isLeader: () => leading,
    problem: () => {
      const reason = trouble.problem();
      return reason && `The Lease "${at.namespace}/${at.name}" cannot be taken: ${reason}`;
    },
    async run(signal, work) {
      observation.see(lease.current());
      while (await acquire(signal)) {
        const kept = await lead(work);
        if (signal.aborted && kept) return await release();
      }
    },
    async hasSuccessor(withinMs) {
      const { signal } = new AbortController();
      const untilMs = steady.now() + withinMs;
      while (true) {
        const { holderIdentity } = lease.current()?.spec ?? {};
        if (holderIdentity && holderIdentity !== identity) return true;
        const timeMs = untilMs - steady.now();
        if (timeMs <= 0) return false;
        await changeOr({ lease, clock: steady, timeMs, signal });
      }
    },
  };
}
