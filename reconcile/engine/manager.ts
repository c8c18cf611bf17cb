import { getLogger } from "@logtape/logtape";
import type { Client } from "../../kube/client.ts";
import { type Clock, delay, systemClock, untilAborted } from "../../kube/clock.ts";
import { createEventRecorder, type EventRecorder } from "../../kube/events.ts";
import type { Log } from "../../kube/log.ts";
import { type KubeObject, nameOfKey } from "../../kube/object.ts";
import type { Coordination } from "../../lease/coordination.ts";
import { type BindAddress, type HttpServer, serveHttp } from "../../process/http_server.ts";
import { healthPages, type ReadyCheck } from "../../process/health.ts";
import type { Metrics } from "../../process/metrics.ts";
import { createExecutor, type Executor } from "../apply/execute.ts";
import type { HasSameIdentity } from "../apply/ownership.ts";
import { type StoredKind, type StoredKinds, storedKinds } from "../apply/stored_kinds.ts";
import type { ChildTable, ControllerKinds } from "./child_kind.ts";
import {
  type Controller,
  type ControllerOptions,
  createController,
  DEFAULT_WORKERS,
  type Reconcile,
} from "./controller.ts";
import { createControllerMetrics } from "./controller_metrics.ts";
import { idleReason, informerCheck, isUnreachable, type Source } from "./informer_health.ts";
import { createInformerSet } from "./informer_set.ts";
import { done, type Outcome } from "./outcome.ts";
import { createTurnLimit } from "./turn_limit.ts";
import {
  trackUnreadableKinds,
  UNREADABLE_POLL_MS,
  type UnreadableKinds,
  type UnreadableTracker,
} from "./unreadable_kinds.ts";
import { enqueueChanges, enqueueStored, type Watch } from "./watch.ts";
import { type WatchedKinds, watchKinds } from "./watched_kinds.ts";

/** Settings of a {@linkcode Manager}, which runs the controllers of the operator. */
export interface ManagerOptions {
  client: Client;
  metrics: Metrics;
  /**
   * Determines when and in which namespaces the operator writes. By default, the operator always writes in all
   * namespaces. The write gate of the client checks the same conditions before each write.
   */
  coordination?: Coordination;
  /** The only namespace that the operator watches; by default, all namespaces. */
  namespace?: string | undefined;
  /** Address on which the operator serves `/metrics`. By default, the operator does not serve metrics. */
  metricsAddress?: BindAddress | undefined;
  /** Address on which the operator serves `/healthz` and `/readyz`. By default, the operator serves neither of them. */
  probeAddress?: BindAddress | undefined;
  /**
   * Interval in milliseconds between two resyncs, with a jitter of ±10 %. A resync enqueues every key. 0 (default)
   * disables resyncs.
   */
  resyncMs?: number;
  /**
   * Grace period in milliseconds for running reconciliations; 8 s by default, because the process must stop within
   * 10 s.
   */
  graceMs?: number;
  /**
   * Returns whether a live object without a controller owner is the planned child. If so, the operator may adopt the
   * object. By default, the operator adopts no objects.
   */
  hasSameIdentity?: HasSameIdentity;
  /** Reporting instance of events: the name of the pod or the host. */
  instance: string;
  clock?: Clock;
  /** Returns a number in [0, 1), as `Math.random` does. */
  random?: () => number;
  log?: Log;
}

/** Settings of a controller that a {@linkcode Manager} runs. */
export interface ManagedController extends ControllerOptions {
  /** The kinds that the controller watches, as {@linkcode Manager.watch} returns them. */
  kinds: Pick<WatchedKinds<KubeObject, ChildTable>, "watches" | "sources">;
  /** Writes a status that names the kinds that the controller cannot read. By default, writes nothing. */
  reportUnreadable?: (
    key: string,
    unreadable: UnreadableKinds,
    signal: AbortSignal,
  ) => Promise<Outcome>;
  /** Returns the number of objects with a delayed status write. A metric shows this number; by default, it shows 0. */
  heldStatuses?: () => number;
  /** Label of the controller in the metrics by kind and namespace. Without it, these metrics are not recorded. */
  resourceType?: string;
}

/**
 * Creates the informers, the executor and the event recorders that all controllers share. Starts and stops the
 * controllers.
 */
export interface Manager {
  readonly client: Client;
  readonly clock: Clock;
  /** Writes the children of all custom resources. */
  readonly executor: Executor;
  /** Adds the informers that a controller needs. Controllers share informers. Must be called before {@linkcode run}. */
  watch<T extends KubeObject, C extends ChildTable>(
    kinds: ControllerKinds<T, C>,
  ): WatchedKinds<T, C>;
  /** Returns the event recorder of a controller. */
  recorder(reportingController: string): EventRecorder;
  /** Adds a controller. Must be called before {@linkcode run}. */
  controller(options: ManagedController): void;
  /**
   * Returns whether this operator manages a namespace. Requests to other programs need this check, because the write
   * gate of the client checks only requests to the API server.
   */
  accepts(namespace: string | undefined): boolean;
  /** Adds a check to `/readyz`. */
  check(check: ReadyCheck): void;
  /**
   * Runs the controllers until the signal is aborted. Then waits for running reconciliations during the grace period,
   * sends the remaining events, and closes connections and servers. Throws if the operator cannot listen on an address.
   * Stops immediately and throws a `HistoryResetError` if the data of the API server stays older than the stores.
   */
  run(signal: AbortSignal): Promise<void>;
}

/** Prefix of the metrics that are grouped by kind and namespace. The Go operator uses the same prefix. */
const METRICS_PREFIX = "dynamo_operator";
const GRACE_MS = 8_000;
/** Timeout in milliseconds for each shutdown step after the grace period. */
const LAST_GRACE_MS = 2_000;

interface Entry {
  controller: Controller;
  watches: readonly Watch[];
  sources: readonly Source[];
  /** Reason why the controller is idle; undefined if it reconciles. */
  idle: string | undefined;
  /** Whether the log already reports that the controller is idle. */
  reported?: boolean;
  unreadable: UnreadableTracker;
}

/** Creates a manager without controllers. It sends no request before `run`. */
export function createManager(options: ManagerOptions): Manager {
  const { client, metrics, coordination, resyncMs = 0, graceMs = GRACE_MS, instance } = options;
  const { clock = systemClock, random = Math.random, log = getLogger(["engine", "manager"]) } =
    options;
  const informers = createInformerSet({ client, clock, random, namespace: options.namespace });
  const controllerMetrics = createControllerMetrics(metrics.registry, METRICS_PREFIX);
  const turnLimit = createTurnLimit(clock);
  const leaseInformers = coordination?.informers ?? [];
  const controllers: Entry[] = [];
  const recorders = new Map<string, EventRecorder>();
  const checks: ReadyCheck[] = [];
  const written: StoredKind[] = [];
  let stores: StoredKinds | undefined;
  let phase: "starting" | "standing by" | "running" | "stopping" = "starting";
  const accepts = (namespace: string | undefined) =>
    namespace === undefined || !coordination || coordination.accepts(namespace);
  coordination?.onNamespaceReleased(enqueueEverything);

  function serve(servers: HttpServer[]) {
    const { metricsAddress, probeAddress } = options;
    const metricsPage = () => {
      const { body, contentType } = metrics.text();
      return new Response(body, { headers: { "content-type": contentType } });
    };
    if (probeAddress) servers.push(serveHttp(probeAddress, healthPages(allChecks)));
    if (metricsAddress) servers.push(serveHttp(metricsAddress, { "/metrics": metricsPage }));
  }

  function allChecks(): ReadyCheck[] {
    return [
      { name: "manager", problem: () => phase === "stopping" ? "stopping" : undefined },
      ...informers.checks(),
      ...leaseInformers.map(({ name, informer }) => informerCheck(name, informer, true)),
      ...checks,
      ...controllers.map(controllerCheck),
    ];
  }

  function enqueueEverything(namespace?: string) {
    for (const { controller, watches } of controllers) {
      enqueueStored(controller.queue, watches, namespace);
    }
  }

  /**
   * Starts or stops the reconciliations of a controller after the state of an informer has changed. A start enqueues
   * all keys, because the stored objects or the served kinds may have changed.
   */
  function onStateChange(entry: Entry) {
    const { controller, watches, sources } = entry;
    const { name } = controller;
    entry.idle = idleReason(sources);
    if (entry.idle === undefined) {
      if (entry.reported) log.info("Controller {name} resumed", { name });
      entry.reported = false;
      entry.unreadable.reset();
      if (phase === "running") enqueueStored(controller.queue, watches);
    } else if (
      !entry.reported && sources.every(({ informer }) => informer.state() !== "starting")
    ) {
      entry.reported = !isUnreachable(sources);
      log[entry.reported ? "warn" : "debug"]("Controller {name} is idle: {reason}", {
        name,
        reason: entry.idle,
      });
    }
  }

  async function resync(signal: AbortSignal) {
    while (resyncMs > 0 && !signal.aborted) {
      await delay(clock, resyncMs * (0.9 + 0.2 * random()), signal);
      if (!signal.aborted) enqueueEverything();
    }
  }

  /**
   * Checks regularly whether a controller has been unable to read a kind for some time. Enqueues all objects of such a
   * controller. The controller then only writes statuses that report the kind.
   */
  async function reportUnreadable(signal: AbortSignal) {
    for (const { unreadable } of controllers) unreadable.reset();
    while (!signal.aborted) {
      await delay(clock, UNREADABLE_POLL_MS, signal);
      if (signal.aborted) return;
      for (const { controller, watches, unreadable } of controllers) {
        if (!unreadable.poll()) continue;
        enqueueStored(controller.queue, watches.filter(({ primary }) => primary));
      }
    }
  }

  /**
   * Runs the controllers until `stop` or `lost` is aborted. An abort of `lost` also aborts the running reconciliations
   * immediately.
   */
  async function work(stop: AbortSignal, lost: AbortSignal) {
    if (stop.aborted || lost.aborted) return;
    const cut = new AbortController();
    const ends = controllers.map(({ controller }) => controller.run(cut.signal));
    phase = "running";
    enqueueEverything();
    log.info("Started {controllers}", { controllers: controllers.map((c) => c.controller.name) });
    const over = AbortSignal.any([stop, lost]);
    await Promise.all([untilAborted(over), resync(over), reportUnreadable(over)]);
    phase = stop.aborted ? "stopping" : "standing by";
    for (const { controller } of controllers) controller.queue.stop();
    if (lost.aborted) cut.abort(lost.reason);
    else lost.addEventListener("abort", () => cut.abort(lost.reason), { once: true });
    await drain(cut, ends);
    const flushes = [...recorders.values()].map((recorder) => recorder.flush());
    await within(clock, LAST_GRACE_MS, Promise.all(flushes));
  }

  /** Waits until all running reconciliations have ended. Aborts those that still run after the grace period. */
  async function drain(cut: AbortController, ends: readonly Promise<void>[]) {
    if (await within(clock, graceMs, Promise.all(ends))) return;
    log.warn("Reconciliations of {controllers} did not end within {graceMs} ms and are aborted", {
      controllers: controllers.filter(({ controller: { queue } }) =>
        queue.stats.workingMs().length > 0
      )
        .map(({ controller }) => controller.name),
      graceMs,
    });
    cut.abort(new Error("The operator is stopping"));
    await within(clock, LAST_GRACE_MS, Promise.all(ends));
  }

  /**
   * Waits for the first list of each informer. Then runs the controllers whenever this process may write.
   *
   * @param broken signal that stops the controllers immediately if the stores are unusable
   */
  async function workAsLeader(stop: AbortSignal, broken: AbortSignal) {
    const synced = leaseInformers.map(({ informer }) => informer.synced);
    const over = AbortSignal.any([stop, broken]);
    await Promise.race([Promise.all([informers.settled(), ...synced]), untilAborted(over)]);
    if (over.aborted) return;
    phase = "standing by";
    if (!coordination) return await work(stop, broken);
    await coordination.run(over, (lost) => work(stop, AbortSignal.any([lost, broken])));
  }

  return {
    client,
    clock,
    executor: createExecutor({
      client,
      clock,
      stores: (object) => (stores ??= storedKinds(written))(object),
      hasSameIdentity: options.hasSameIdentity,
    }),
    watch(kinds) {
      const watched = watchKinds(informers, kinds);
      written.push(...watched.written);
      return watched;
    },
    recorder(reportingController) {
      const options = { client, reportingController, reportingInstance: instance, clock };
      const recorder = recorders.get(reportingController) ?? createEventRecorder(options);
      recorders.set(reportingController, recorder);
      return recorder;
    },
    controller({ kinds: { watches, sources }, resourceType, heldStatuses, ...controllerOptions }) {
      const { name, workers = DEFAULT_WORKERS, reconcile } = controllerOptions;
      const { reportUnreadable = () => Promise.resolve(done) } = controllerOptions;
      const own = watches.find(({ primary }) => primary)?.informer;
      const hasObjects = (namespace: string) =>
        own !== undefined && own.store.hasNamespace(namespace);
      const observer = controllerMetrics({
        name,
        workers,
        resourceType,
        heldStatuses,
        hasObjects,
      });
      own?.onChange(({ type, object: { metadata: { namespace } } }) => {
        if (type !== "deleted" || namespace === undefined || hasObjects(namespace)) return;
        observer.dropNamespace(namespace);
      });
      const unreadable = trackUnreadableKinds(sources, clock);
      const reconcileOrReport: Reconcile = async (key, signal, recorded) => {
        if (entry.idle === undefined) return await reconcile(key, signal, recorded);
        const kinds = unreadable.current();
        return kinds ? await reportUnreadable(key, kinds, signal) : done;
      };
      const controller = createController({ name, workers, reconcile: reconcileOrReport }, {
        clock,
        random,
        metrics: observer,
        turnLimit,
        accepts: (key) =>
          (entry.idle === undefined || unreadable.current() !== undefined) &&
          accepts(nameOfKey(key).namespace),
      });
      // The queue ignores keys until the controllers start, because the start enqueues all stored objects.
      controller.queue.stop();
      const idle = idleReason(sources);
      const entry: Entry = { controller, watches, sources, idle, unreadable };
      controllers.push(entry);
      for (const { informer } of sources) informer.onStateChange(() => onStateChange(entry));
      const enqueueing = {
        isRunning: () => phase === "running",
        accepts: ({ metadata }: KubeObject) => accepts(metadata.namespace),
      };
      for (const watch of watches) enqueueChanges(controller.queue, watch, enqueueing);
    },
    accepts,
    check: (check) => void checks.push(check),
    async run(signal) {
      const servers: HttpServer[] = [];
      const informing = new AbortController();
      const broken = new AbortController();
      try {
        serve(servers);
        informers.start(informing.signal);
        for (const { informer } of leaseInformers) informer.start(informing.signal);
        const outdated = leaseInformers.map(({ informer }) => informer.outdated);
        const working = workAsLeader(signal, broken.signal);
        await Promise.race([working, informers.outdated(), ...outdated]);
      } finally {
        phase = "stopping";
        broken.abort();
        informing.abort();
        const stopped = leaseInformers.map(({ informer }) => informer.stopped);
        await within(clock, LAST_GRACE_MS, Promise.all([informers.stopped(), ...stopped]));
        await within(clock, LAST_GRACE_MS, Promise.all(servers.map((server) => server.close())));
      }
    },
  };
}

/** Returns the readiness check of a controller. It always passes: an idle controller does not make the pod unready. */
function controllerCheck({ controller: { name }, idle }: Entry): ReadyCheck {
  return {
    name: `controller/${name}`,
    verbose: true,
    problem: () => undefined,
    note: () => idle === undefined ? undefined : `idle, ${idle}`,
  };
}

/** Returns whether the promise resolves within `timeMs` milliseconds. Rejects if the promise rejects in that time. */
export async function within(
  clock: Clock,
  timeMs: number,
  work: Promise<unknown>,
): Promise<boolean> {
  const ended = new AbortController();
  try {
    const late = delay(clock, timeMs, ended.signal).then(() => false);
    return await Promise.race([work.then(() => true), late]);
  } finally {
    ended.abort();
  }
}
