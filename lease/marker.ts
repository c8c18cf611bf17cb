import { getLogger } from "@logtape/logtape";
import type { Lease } from "../kube/builtin.ts";
import { delay } from "../kube/clock.ts";
import { startDeadline } from "../kube/deadline.ts";
import { reasonOf } from "../kube/errors.ts";
import { microTime } from "../kube/micro_time.ts";
import { changeOr } from "./wait_for_change.ts";
import { type Clocks, startStopwatch, systemClocks } from "./clocks.ts";
import { createFence, type Fence } from "./write_deadline.ts";
import { keep, lossOf } from "./renew_loop.ts";
import { keepLooking } from "./poll_lease.ts";
import type { Log } from "./log.ts";
import {
  ACTING,
  INSTALLATION,
  installationOf,
  MARKER_NAME,
  markerDurationMs,
  observeMarker,
} from "./marker_lease.ts";
import { markerDeadlineMs, type MarkerTimes } from "./marker_times.ts";
import { createProof } from "./earliest_expiry.ts";
import { createTrouble } from "./failure_streak.ts";
import { type LeaseClient, type LeaseContent, watchedLease } from "./watched_lease.ts";

export interface MarkerOptions {
  /** With a short deadline on each call, and connections of its own. */
  client: LeaseClient;
  namespace: string;
  /** Of this operator; the marker's holder is `namespace-restricted-operator-<version>`. */
  version: string;
  /** What tells this installation from others, whatever the version: `<namespace>/<leader lease>/<release>`. */
  installation: string;
  times: MarkerTimes;
  /** Told of a live marker of somebody else, and of its end by undefined. */
  onForeign?: (marker: Lease | undefined) => void;
  clocks?: Clocks;
  /** A number in [0, 1), as `Math.random`. */
  random?: () => number;
  log?: Log;
}

/** The marker of a namespace-scoped operator, compatible with upstream's. Only the leader holds it. */
export interface Marker extends Pick<ReturnType<typeof watchedLease>, "informer"> {
  /** How long may still be written; open only while work goes on under the marker. */
  readonly fence: Pick<Fence, "leftMs">;
  /** The live marker of another installation, if that is what we wait for. */
  foreign(): Lease | undefined;
  /** Why the marker cannot be written, once that has gone on for a while. */
  problem(): string | undefined;
  /**
   * Looks at the marker every two seconds, until the signal is aborted, while others keep it: who takes over from them
   * goes on at once only if that proves that the marker has not lapsed for anybody.
   */
  standBy(signal: AbortSignal): Promise<void>;
  /**
   * Gets the marker and works under it, again after each loss, until `stop` or `lost` is aborted. After a stop, when
   * the work has ended, the marker is renewed for the last time: a replica that leads next and saw that goes on at once.
   *
   * @param lost somebody else may lead; the marker is theirs to keep then
   * @param work is told by its signal when the marker or the leadership is lost
   */
  run(
    stop: AbortSignal,
    lost: AbortSignal,
    work: (lost: AbortSignal) => Promise<void>,
  ): Promise<void>;
  /** Deletes what {@link run} left after a stop, unless somebody has changed it since. */
  giveBack(): Promise<void>;
}

const RETRY_MS = 2_000;
const CALL_MS = 3_000;
/** How old the proof may be by which a standby goes on at once; the takeover and the lapse are seconds apart. */
const LOOK_MS = 2_000;
/** Clocks do not all run alike: so much of a proof does not count. */
const TOLERANCE_MS = 300;
/** Of what is to be told at once. */
const MAX_TRIES = 5;
/** Before the next try when somebody changed it meanwhile. */
const MOVED_MS = 100;

/** Makes the keeper of a marker; its informer is the caller's to start. */
export function createMarker(options: MarkerOptions): Marker {
  const { client, namespace, version, installation, times, onForeign = () => {} } = options;
  const { clocks = systemClocks, random = Math.random, log = getLogger(["lease", "marker"]) } =
    options;
  const { steady, wall } = clocks;
  const retryMs = Math.min(RETRY_MS, times.renewMs);
  const callMs = Math.min(CALL_MS, times.renewMs);
  const lease = watchedLease({
    client,
    at: { namespace, name: MARKER_NAME },
    clock: steady,
    random,
  });
  const lookMs = Math.min(LOOK_MS, times.renewMs / 2);
  const durationSeconds = Math.floor(times.durationMs / 1000);
  const observation = observeMarker(steady);
  const proof = createProof(markerDurationMs);
  const trouble = createTrouble(steady);
  const ownFence = createFence(markerDeadlineMs(times));
  const fence: Fence = {
    ...ownFence,
    renewed(passed) {
      ownFence.renewed(passed);
      proof.wrote(passed);
    },
  };
  /** Whether we keep the marker, be it still waiting. */
  let holding = false;
  let working = false;
  /** Whether nobody else can be writing any more; as the marker says it, also when we have ended and hand it on. */
  let acting = false;
  let foreign: Lease | undefined;
  /** The marker that was there last. */
  let last: Lease | undefined;
  /** What we leave behind after a stop. */
  let left: Lease | undefined;

  function look() {
    const current = lease.current();
    observation.see(current);
    proof.see(current);
    last = current ?? last;
  }

  lease.onChange(look);

  const isOurs = (marker: Lease) => installationOf(marker) === installation;
  const lossOfOurs = (marker: Lease) => lossOf(marker, { isOurs: isOurs(marker), durationSeconds });

  function renewal(): LeaseContent {
    return {
      annotations: { [INSTALLATION]: installation, [ACTING]: acting ? "true" : null },
      spec: {
        holderIdentity: `namespace-restricted-operator-${version}`,
        leaseDurationSeconds: durationSeconds,
        renewTime: microTime(wall.now()),
      },
    };
  }

  function creation(): LeaseContent {
    const { spec } = renewal();
    return {
      annotations: { [INSTALLATION]: installation },
      spec: { ...spec, acquireTime: spec.renewTime ?? "" },
    };
  }

  function tellForeign(marker: Lease | undefined) {
    const before = foreign;
    foreign = marker;
    if (whose(before) !== whose(marker)) onForeign(marker);
  }

  /**
   * Writes the marker. Returns how long to wait before the first write, in milliseconds, or undefined if the marker is
   * not as it seemed: no wait follows if it was ours, was written under, and cannot have lapsed for anybody in between.
   */
  async function take(signal: AbortSignal): Promise<number | undefined> {
    const current = lease.current();
    const goesOn = current && isOurs(current) && isActing(current);
    const provenMs = goesOn ? proof.leftMs() : 0;
    acting = false;
    const passed = startStopwatch(clocks);
    const deadline = startDeadline(steady, callMs, signal);
    try {
      const content = current ? renewal() : creation();
      const written = await lease.write(content, deadline.signal);
      if (!written) return undefined;
      // An admission policy may store something else than was sent.
      const why = lossOfOurs(written);
      if (why) throw new Error(why);
    } finally {
      deadline.dispose();
    }
    fence.renewed(passed);
    return provenMs - passed() > TOLERANCE_MS ? 0 : times.handoverDelayMs;
  }

  /** Returns how long to wait before the first write, in milliseconds, or undefined after an abort. */
  async function obtain(signal: AbortSignal): Promise<number | undefined> {
    while (!signal.aborted) {
      const leftMs = observation.leftMs();
      if (last && !isOurs(last) && leftMs > 0) {
        tellForeign(last);
        await changeOr({ lease, clock: steady, timeMs: leftMs, signal });
        continue;
      }
      tellForeign(undefined);
      try {
        const waitMs = await take(signal);
        if (waitMs !== undefined) {
          trouble.over();
          return waitMs;
        }
        trouble.failed("it is changed by others all the time");
        await delay(steady, MOVED_MS, signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        const reason = reasonOf(error);
        trouble.failed(reason);
        log.warn("Cannot mark the namespace {namespace}: {reason}", { namespace, reason });
        await delay(steady, retryMs * (1 + random() / 5), signal);
      }
    }
    return undefined;
  }

  /** The last calls before the end; what fails is told, and leaves a marker that lapses by itself. */
  async function finish(what: (signal: AbortSignal) => Promise<void>) {
    const deadline = startDeadline(steady, CALL_MS);
    try {
      await what(deadline.signal);
    } catch (error) {
      const reason = reasonOf(error);
      log.warn("Cannot give the marker back, it lapses by itself: {reason}", { reason });
    } finally {
      deadline.dispose();
    }
  }

  /** Tells at once that we act; if that fails, the next renewal does. */
  async function tellActing(signal: AbortSignal) {
    const deadline = startDeadline(steady, callMs, signal);
    try {
      // A renewal that falls due in the same moment may be quicker.
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const passed = startStopwatch(clocks);
        const told = await lease.write(renewal(), deadline.signal);
        if (told && !signal.aborted) fence.renewed(passed);
        if (told || signal.aborted) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      const reason = reasonOf(error);
      log.warn("Cannot mark the namespace {namespace} as written in: {reason}", {
        namespace,
        reason,
      });
    } finally {
      deadline.dispose();
    }
  }

  async function handOn(signal: AbortSignal) {
    for (let current = lease.current(); current && isOurs(current); current = lease.current()) {
      left = await lease.write(renewal(), signal);
      if (left) return;
      await delay(steady, MOVED_MS, signal);
    }
  }

  async function giveBack(signal: AbortSignal) {
    const current = lease.current();
    if (!left || current?.metadata.resourceVersion !== left.metadata.resourceVersion) return;
    if (await lease.write({ spec: { renewTime: null } }, signal)) await lease.remove(signal);
  }

  /** Works under the marker, which is ours, after a wait; returns whether it is still ours. */
  function holdAndWork(
    delayMs: number,
    over: AbortSignal,
    work: (markerLost: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    const { renewMs } = times;
    return keep(
      { lease, fence, lossOf: lossOfOurs, renewal, renewMs, retryMs, callMs, clocks, log },
      async (markerLost) => {
        if (delayMs > 0) await delay(steady, delayMs, AbortSignal.any([over, markerLost]));
        if (over.aborted || markerLost.aborted) return;
        working = acting = true;
        const told = tellActing(markerLost);
        try {
          await work(markerLost);
        } finally {
          working = false;
          await told;
        }
      },
    );
  }

  return {
    informer: lease.informer,
    fence: { leftMs: () => working ? fence.leftMs() : -Infinity },
    foreign: () => foreign,
    problem: () => {
      const reason = trouble.problem();
      return reason && `The namespace "${namespace}" cannot be marked: ${reason}`;
    },
    standBy: (signal) =>
      keepLooking(
        { lease, proof, unless: () => holding, everyMs: lookMs, callMs, clocks, log },
        signal,
      ),
    async run(stop, lost, work) {
      const over = AbortSignal.any([stop, lost]);
      look();
      for (
        let waitMs = await obtain(over);
        waitMs !== undefined;
        waitMs = await obtain(over)
      ) {
        const delayMs = waitMs;
        log.info("Marked the namespace {namespace}, acting in {delayMs} ms", {
          namespace,
          delayMs,
        });
        holding = true;
        const kept = await holdAndWork(
          delayMs,
          over,
          (markerLost) => work(AbortSignal.any([lost, markerLost])),
        );
        holding = false;
        if (kept && stop.aborted && !lost.aborted) await finish(handOn);
      }
      tellForeign(undefined);
      trouble.over();
    },
    giveBack: () => finish(giveBack),
  };
}

function isActing({ metadata }: Lease): boolean {
  return metadata.annotations?.[ACTING] === "true";
}

/** Tells holders apart: a marker that passes from one to another stays the same object. */
function whose(marker: Lease | undefined): string | undefined {
  return marker && JSON.stringify([installationOf(marker), marker.spec?.holderIdentity]);
}
