import { getLogger } from "@logtape/logtape";
import type { Lease } from "../kube/builtin.ts";
import { delay } from "../kube/clock.ts";
import { startDeadline } from "../kube/deadline.ts";
import { type Clocks, startStopwatch, systemClocks } from "./clocks.ts";
import { createEarliestExpiry } from "./expiry.ts";
import {
  CALL_MS,
  createAcquisition,
  finish,
  type HoldOptions,
  logFailure,
  renewWhile,
  RETRY_MS,
} from "./hold_lease.ts";
import {
  MARKER_NAME,
  markerDeadlineMs,
  markerDurationMs,
  type MarkerTimes,
  observeMarker,
  WRITING,
} from "./marker_lease.ts";
import { createMarkerState, type MarkerIdentity } from "./marker_state.ts";
import { type LeaseClient, type WatchedLease, watchedLease } from "./watched_lease.ts";
import { createWriteDeadline, type WriteDeadline } from "./write_gate.ts";

const log = getLogger(["lease", "marker"]);

export interface MarkerOptions extends Omit<MarkerIdentity, "durationSeconds"> {
  client: LeaseClient;
  namespace: string;
  times: MarkerTimes;
  /** Called with the foreign marker Lease that this process waits for, and with undefined when the wait ends. */
  onForeign?: (marker: Lease | undefined) => void;
  clocks?: Clocks;
  random?: typeof Math.random;
}

/** Marker Lease of a namespace-scoped operator, compatible with the Go operator. Only the leader holds the Lease. */
export interface Marker extends Pick<WatchedLease, "informer"> {
  /** Deadline for writes. It is expired except while {@linkcode run} executes `work`. */
  readonly writeDeadline: Pick<WriteDeadline, "leftMs" | "longestWriteMs">;
  /** Returns the Lease if this process waits because another operator holds it; otherwise undefined. */
  foreign(): Lease | undefined;
  /** If all attempts to acquire the Lease have failed for 30 seconds, returns the reason; otherwise undefined. */
  problem(): string | undefined;
  /**
   * Reads the Lease every two seconds until the signal is aborted; pauses while this process holds the Lease. The reads
   * show whether the Lease may have expired. If it may have expired, a new leader cannot skip the handover delay.
   */
  standBy(signal: AbortSignal): Promise<void>;
  /**
   * Acquires the Lease and calls `work`; repeats both after each loss of the Lease, until `stop` or `lost` is aborted.
   * After a stop, waits until `work` returns and renews the Lease once more. If the next leader observes this renewal,
   * it can write immediately. If the process is stopped before it acquires the Lease, it also renews the Lease of its
   * predecessor, so that {@linkcode release} can delete this Lease.
   *
   * @param lost is aborted when another replica may be the leader; that replica then renews the Lease
   * @param work receives a signal that is aborted when the Lease or the leadership is lost
   */
  run(
    stop: AbortSignal,
    lost: AbortSignal,
    work: (lost: AbortSignal) => Promise<void>,
  ): Promise<void>;
  /** Deletes the Lease, unless another client has changed it since the last renewal by {@linkcode run}. */
  release(): Promise<void>;
}

const POLL_MS = 2_000;
/** Delay before the next attempt after another client changed the Lease. */
const CONFLICT_DELAY_MS = 100;
/** Safety margin, because the clocks of two machines do not run at exactly the same rate. */
const TOLERANCE_MS = 300;

/** Creates the manager of a marker Lease. The caller starts the informer of the Lease. */
export function createMarker(options: MarkerOptions): Marker {
  const { client, namespace, version, installation, times, onForeign = () => {} } = options;
  const { clocks = systemClocks, random = Math.random } = options;
  const clock = clocks.monotonic;
  const { handoverDelayMs, renewMs } = times;
  const at = { namespace, name: MARKER_NAME };
  const lease = watchedLease({ client, at, clocks, random });
  const identity = { version, installation, durationSeconds: Math.floor(times.durationMs / 1000) };
  const state = createMarkerState(identity, clocks.wall.now, onForeign);
  const observedExpiry = observeMarker(clock);
  const earliestExpiry = createEarliestExpiry(markerDurationMs);
  const ownDeadline = createWriteDeadline({
    validMs: markerDeadlineMs(times),
    durationMs: identity.durationSeconds * 1000,
  });
  const writeDeadline: WriteDeadline = {
    ...ownDeadline,
    extend(elapsedMs) {
      ownDeadline.extend(elapsedMs);
      earliestExpiry.confirmByWrite(elapsedMs);
    },
  };
  const holding: HoldOptions = {
    lease,
    writeDeadline,
    lossReason: state.lossReason,
    renewal: state.renewal,
    intervalMs: renewMs,
    retryMs: Math.min(RETRY_MS, renewMs),
    callMs: Math.min(CALL_MS, renewMs),
  };
  const acquisition = createAcquisition(holding);
  let lastLease: Lease | undefined;

  function observe() {
    const current = lease.current();
    observedExpiry.observe(current);
    earliestExpiry.observe(current);
    lastLease = current ?? lastLease;
  }

  lease.onChange(observe);

  /** Returns whether this operator was writing to the namespace when one of its replicas last renewed the Lease. */
  const wasWriting = (current: Lease | undefined) =>
    current !== undefined && state.isOurs(current) &&
    current.metadata.annotations?.[WRITING] === "true";

  const isHeld = () => state.phase.name === "waiting" || state.phase.name === "writing";

  async function read(signal: AbortSignal) {
    using deadline = startDeadline(clock, holding.callMs, signal);
    const elapsedMs = startStopwatch(clocks);
    await lease.read(deadline.signal);
    earliestExpiry.confirmByRead(elapsedMs);
  }

  /**
   * Acquires the Lease. Waits while another operator holds it, and retries after errors.
   *
   * @returns the delay before the first write in milliseconds, or undefined if the signal was aborted. The delay is 0
   *   if a replica of this operator was already writing and its Lease cannot have expired before this acquisition.
   */
  async function acquire(signal: AbortSignal): Promise<number | undefined> {
    while (!signal.aborted) {
      const leftMs = observedExpiry.leftMs();
      if (lastLease && !state.isOurs(lastLease) && leftMs > 0) {
        state.enter({ name: "standby", foreign: lastLease });
        await lease.waitForChange(leftMs, signal);
        continue;
      }
      state.enter({ name: "standby" });
      const current = lease.current();
      const heldForMs = wasWriting(current) ? earliestExpiry.leftMs() : 0;
      const elapsedMs = startStopwatch(clocks);
      const content = current ? state.renewal() : state.creation();
      const outcome = await acquisition.attempt(content, signal);
      if (outcome === "acquired") {
        return heldForMs - elapsedMs() > TOLERANCE_MS ? 0 : handoverDelayMs;
      }
      const waitMs = outcome === "conflict"
        ? CONFLICT_DELAY_MS
        : holding.retryMs * (1 + random() / 5);
      await delay(clock, waitMs, signal);
    }
    return undefined;
  }

  /** Waits for the handover delay and runs the work. Returns whether this process still holds the Lease. */
  function holdWhile(
    delayMs: number,
    ended: AbortSignal,
    work: (markerLost: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    state.enter({ name: "waiting" });
    return renewWhile(holding, async (markerLost, renew) => {
      if (delayMs > 0) await delay(clock, delayMs, AbortSignal.any([ended, markerLost]));
      if (ended.aborted || markerLost.aborted) return;
      state.enter({ name: "writing" });
      // Renews the Lease immediately to set the annotation `WRITING`. If this renewal fails, the next renewal sets the
      // annotation.
      const published = renew();
      try {
        await work(markerLost);
      } finally {
        state.enter({ name: "ended", hasWritten: true });
        await published;
      }
    });
  }

  async function renewForSuccessor(hasWritten: boolean, signal: AbortSignal) {
    while (true) {
      const current = lease.current();
      if (!current || !state.isOurs(current)) return;
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

  return {
    informer: lease.informer,
    writeDeadline: {
      leftMs: () => state.phase.name === "writing" ? writeDeadline.leftMs() : -Infinity,
      longestWriteMs: writeDeadline.longestWriteMs,
    },
    foreign: () => state.phase.name === "standby" ? state.phase.foreign : undefined,
    problem: () => {
      const reason = acquisition.problem();
      return reason && `Cannot acquire a marker Lease in namespace "${namespace}": ${reason}`;
    },
    async standBy(signal) {
      let failing = false;
      while (!signal.aborted) {
        try {
          if (!isHeld()) {
            await read(signal);
            failing = false;
          }
        } catch (error) {
          // If several reads fail in a row, only the first failure is logged.
          if (!signal.aborted && !failing) logFailure("read", lease, error);
          failing = true;
        }
        await delay(clock, Math.min(POLL_MS, renewMs / 2), signal);
      }
    },
    async run(stop, lost, work) {
      const ended = AbortSignal.any([stop, lost]);
      observe();
      let hasHeld = false;
      while (true) {
        const delayMs = await acquire(ended);
        if (delayMs === undefined) break;
        hasHeld = true;
        log.info("Acquired a marker Lease in {namespace}, writes start in {delayMs} ms", {
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
          await finish(lease, (signal) => renewForSuccessor(hasWritten, signal));
        }
      }
      if (!hasHeld && stop.aborted && !lost.aborted) {
        const hasWritten = wasWriting(lease.current());
        state.enter({ name: "ended", hasWritten });
        await finish(lease, (signal) => renewForSuccessor(hasWritten, signal));
      }
      if (state.phase.name === "standby") state.enter({ name: "standby" });
      acquisition.pause();
    },
    release: () => finish(lease, release),
  };
}
