import { getLogger } from "@logtape/logtape";
import type { Lease } from "../kube/builtin.ts";
import { delay } from "../kube/clock.ts";
import { startDeadline } from "../kube/deadline.ts";
import { reasonOf } from "../kube/errors.ts";
import { microTime } from "../kube/micro_time.ts";
import { changeOr } from "./change_or.ts";
import { type Clocks, startStopwatch, systemClocks } from "./clocks.ts";
import { createFence, type Fence } from "./fence.ts";
import { keep } from "./keep.ts";
import type { Log } from "./log.ts";
import { INSTALLATION, installationOf, MARKER_NAME, observeMarker } from "./marker_lease.ts";
import { markerDeadlineMs, type MarkerTimes } from "./marker_times.ts";
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
  const fence = createFence(markerDeadlineMs(times));
  const observation = observeMarker(steady);
  let working = false;
  let foreign: Lease | undefined;
  /** The marker that was there last. */
  let last: Lease | undefined;
  /** What we leave behind after a stop. */
  let left: Lease | undefined;

  function look() {
    const current = lease.current();
    observation.see(current);
    last = current ?? last;
  }

  lease.onChange(look);

  const isOurs = (marker: Lease) => installationOf(marker) === installation;

  function renewal(): LeaseContent {
    return {
      annotations: { [INSTALLATION]: installation },
      spec: {
        holderIdentity: `namespace-restricted-operator-${version}`,
        leaseDurationSeconds: Math.floor(times.durationMs / 1000),
        renewTime: microTime(wall.now()),
      },
    };
  }

  function creation(): LeaseContent {
    const { spec, ...rest } = renewal();
    return { ...rest, spec: { ...spec, acquireTime: spec.renewTime ?? "" } };
  }

  function tellForeign(marker: Lease | undefined) {
    if (foreign?.metadata.uid === marker?.metadata.uid) return;
    foreign = marker;
    onForeign(marker);
  }

  /**
   * Writes the marker. Returns how long to wait before the first write, in milliseconds, or undefined if the marker is
   * not as it seemed: no wait follows if it was ours and cannot have lapsed for anybody in between.
   */
  async function take(signal: AbortSignal): Promise<number | undefined> {
    const current = lease.current();
    const provenMs = current && isOurs(current) ? observation.provenMs() : 0;
    const passed = startStopwatch(clocks);
    const deadline = startDeadline(steady, callMs, signal);
    try {
      const content = current ? renewal() : creation();
      if (!await lease.write(content, deadline.signal)) return undefined;
    } finally {
      deadline.dispose();
    }
    fence.renewed(passed);
    // A tenth of the duration for the ways of the news to us and to the others.
    return provenMs - passed() > times.durationMs / 10 ? 0 : times.handoverDelayMs;
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
        if (waitMs !== undefined) return waitMs;
        await delay(steady, MOVED_MS, signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        const reason = reasonOf(error);
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

  return {
    informer: lease.informer,
    fence: { leftMs: () => working ? fence.leftMs() : -Infinity },
    foreign: () => foreign,
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
        const kept = await keep(
          { lease, fence, isOurs, renewal, renewMs: times.renewMs, retryMs, callMs, clocks, log },
          async (markerLost) => {
            if (delayMs > 0) await delay(steady, delayMs, AbortSignal.any([over, markerLost]));
            if (over.aborted || markerLost.aborted) return;
            working = true;
            try {
              await work(AbortSignal.any([lost, markerLost]));
            } finally {
              working = false;
            }
          },
        );
        if (kept && stop.aborted && !lost.aborted) await finish(handOn);
      }
      tellForeign(undefined);
    },
    giveBack: () => finish(giveBack),
  };
}
