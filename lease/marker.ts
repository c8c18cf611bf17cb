import { getLogger } from "@logtape/logtape";
import type { Lease } from "../kube/builtin.ts";
import { delay, startDeadline } from "../kube/clock.ts";
import { acquireMarker, CONFLICT_DELAY_MS } from "./acquire_marker.ts";
import { type Clocks, startStopwatch, systemClocks } from "./clocks.ts";
import { createEarliestExpiry } from "./expiry.ts";
import { createFailureStreak } from "./failure_streak.ts";
import {
  MARKER_NAME,
  markerDeadlineMs,
  markerDurationMs,
  type MarkerTimes,
  observeMarker,
} from "./marker_lease.ts";
import { createMarkerState, type MarkerIdentity } from "./marker_state.ts";
import { pollLease } from "./poll_lease.ts";
import { renewWhile } from "./renew_loop.ts";
import { type LeaseClient, logFailure, type WatchedLease, watchedLease } from "./watched_lease.ts";
import { createWriteDeadline, type WriteDeadline } from "./write_gate.ts";

const log = getLogger(["lease", "marker"]);

export interface MarkerOptions extends Omit<MarkerIdentity, "durationSeconds"> {
  /** Needs connections of its own, so that other requests do not delay renewals. */
  client: LeaseClient;
  namespace: string;
  times: MarkerTimes;
  /** Receives the Lease of another installation that delays this one, and undefined when the delay ends. */
  onForeign?: (marker: Lease | undefined) => void;
  clocks?: Clocks;
  /** Returns a number in [0, 1), as `Math.random`. */
  random?: () => number;
}

/** The marker Lease of a namespace-scoped operator, compatible with the Go operator's. Only the leader holds it. */
export interface Marker extends Pick<WatchedLease, "informer"> {
  /** Remaining time to write; it is negative unless {@linkcode run} currently runs the work. */
  readonly writeDeadline: Pick<WriteDeadline, "leftMs">;
  /** Returns the Lease of another installation that this process waits for. */
  foreign(): Lease | undefined;
  /** Returns why the Lease cannot be acquired, if this has failed for a while. */
  problem(): string | undefined;
  /**
   * Reads the Lease every two seconds until the signal is aborted, except while this process holds it. The reads show how
   * recently another replica renewed it. A new leader skips the handover delay only if the Lease cannot have expired.
   */
  standBy(signal: AbortSignal): Promise<void>;
  /**
   * Acquires the Lease and runs `work` while it is held, again after each loss, until `stop` or `lost` is aborted.
   * After a stop, the Lease is renewed once more when the work has ended: a replica that observes this renewal and leads
   * next can write at once.
   *
   * @param lost is aborted when another replica may lead; that replica then renews the Lease
   * @param work receives a signal that is aborted when the Lease or the leadership is lost
   */
  run(
    stop: AbortSignal,
    lost: AbortSignal,
    work: (lost: AbortSignal) => Promise<void>,
  ): Promise<void>;
  /** Deletes the Lease that {@linkcode run} renewed at its end, unless another client has changed it since. */
  release(): Promise<void>;
}

const RETRY_MS = 2_000;
const CALL_MS = 3_000;
const POLL_MS = 2_000;
/** Number of attempts to publish the start of the writes, which may conflict with a renewal. */
const MAX_TRIES = 5;

/** Creates the manager of a marker Lease. The caller starts its informer. */
export function createMarker(options: MarkerOptions): Marker {
  const { client, namespace, version, installation, times, onForeign = () => {} } = options;
  const { clocks = systemClocks, random = Math.random } = options;
  const clock = clocks.monotonic;
  const { handoverDelayMs, renewMs } = times;
  const retryMs = Math.min(RETRY_MS, renewMs);
  const callMs = Math.min(CALL_MS, renewMs);
  const at = { namespace, name: MARKER_NAME };
  const lease = watchedLease({ client, at, clock, random });
  const durationSeconds = Math.floor(times.durationMs / 1000);
  const state = createMarkerState(
    { version, installation, durationSeconds },
    clocks.wall.now,
    onForeign,
  );
  const observedExpiry = observeMarker(clock);
  const earliestExpiry = createEarliestExpiry(markerDurationMs);
  const failures = createFailureStreak(clock);
  const ownDeadline = createWriteDeadline(markerDeadlineMs(times));
  const writeDeadline: WriteDeadline = {
    ...ownDeadline,
    extend(elapsedMs) {
      ownDeadline.extend(elapsedMs);
      earliestExpiry.confirmByWrite(elapsedMs);
    },
  };
  let lastLease: Lease | undefined;

  function observe() {
    const current = lease.current();
    observedExpiry.observe(current);
    earliestExpiry.observe(current);
    lastLease = current ?? lastLease;
  }

  lease.onChange(observe);

  /** Renews the Lease at once when the writes start, so that its annotation says so. If this fails, the next renewal does. */
  async function publishWriting(signal: AbortSignal) {
    const deadline = startDeadline(clock, callMs, signal);
    try {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const elapsedMs = startStopwatch(clocks);
        const written = await lease.write(state.renewal(), deadline.signal);
        if (written && !signal.aborted) writeDeadline.extend(elapsedMs);
        if (written || signal.aborted) return;
      }
    } catch (error) {
      if (!signal.aborted) logFailure("renew", at, error);
    } finally {
      deadline.dispose();
    }
  }

  /** Waits for the handover delay and runs the work while the Lease is held. Returns whether it is still held. */
  function holdWhile(
    delayMs: number,
    ended: AbortSignal,
    work: (markerLost: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    const { lossReason, renewal: content } = state;
    const times = { intervalMs: renewMs, retryMs, callMs };
    state.enter({ name: "waiting" });
    return renewWhile(
      { lease, writeDeadline, lossReason, content, ...times, clocks },
      async (markerLost) => {
        if (delayMs > 0) await delay(clock, delayMs, AbortSignal.any([ended, markerLost]));
        if (ended.aborted || markerLost.aborted) return;
        state.enter({ name: "writing" });
        const published = publishWriting(markerLost);
        try {
          await work(markerLost);
        } finally {
          state.enter({ name: "ended", hasWritten: true });
          await published;
        }
      },
    );
  }

  /** Sends the last requests. If they fail, the Lease expires after its duration. */
  async function finish(requests: (signal: AbortSignal) => Promise<void>) {
    const deadline = startDeadline(clock, CALL_MS);
    try {
      await requests(deadline.signal);
    } catch (error) {
      logFailure("release", at, error);
    } finally {
      deadline.dispose();
    }
  }

  async function renewForSuccessor(hasWritten: boolean, signal: AbortSignal) {
    for (
      let current = lease.current();
      current && state.isOurs(current);
      current = lease.current()
    ) {
      const renewed = await lease.write(state.renewal(), signal);
      if (renewed) return state.enter({ name: "ended", hasWritten, renewed });
      await delay(clock, CONFLICT_DELAY_MS, signal);
    }
  }

  async function release(signal: AbortSignal) {
    const version = lease.current()?.metadata.resourceVersion;
    const renewed = state.phase.name === "ended" ? state.phase.renewed : undefined;
    if (!renewed || version !== renewed.metadata.resourceVersion) return;
    if (await lease.write({ spec: { renewTime: null } }, signal)) await lease.remove(signal);
  }

  const acquire = (signal: AbortSignal) =>
    acquireMarker({
      lease,
      state,
      lastLease: () => lastLease,
      observedExpiry,
      earliestExpiry,
      writeDeadline,
      failures,
      handoverDelayMs,
      callMs,
      retryMs,
      clocks,
      random,
    }, signal);

  const isHeld = () => state.phase.name === "waiting" || state.phase.name === "writing";

  return {
    informer: lease.informer,
    writeDeadline: {
      leftMs: () => state.phase.name === "writing" ? writeDeadline.leftMs() : -Infinity,
    },
    foreign: () => state.phase.name === "standby" ? state.phase.foreign : undefined,
    problem: () => {
      const reason = failures.problem();
      return reason && `Cannot acquire the marker Lease of namespace "${namespace}": ${reason}`;
    },
    standBy(signal) {
      const intervalMs = Math.min(POLL_MS, renewMs / 2);
      const settings = { lease, earliestExpiry, skip: isHeld, intervalMs, callMs, clocks };
      return pollLease(settings, signal);
    },
    async run(stop, lost, work) {
      const ended = AbortSignal.any([stop, lost]);
      observe();
      while (true) {
        const delayMs = await acquire(ended);
        if (delayMs === undefined) break;
        log.info("Acquired the marker Lease of {namespace}, writes start in {delayMs} ms", {
          namespace,
          delayMs,
        });
        const isKept = await holdWhile(
          delayMs,
          ended,
          (markerLost) => work(AbortSignal.any([lost, markerLost])),
        );
        const hasWritten = state.phase.name === "ended";
        state.enter({ name: "ended", hasWritten });
        if (isKept && stop.aborted && !lost.aborted) {
          await finish((signal) => renewForSuccessor(hasWritten, signal));
        }
      }
      if (state.phase.name === "standby") state.enter({ name: "standby" });
      failures.end();
    },
    release: () => finish(release),
  };
}
