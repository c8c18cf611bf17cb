import { getLogger } from "@logtape/logtape";
import type { Client } from "../../kube/client.ts";
import { type Clock, delay, systemClock } from "../../kube/clock.ts";
import { createEventRecorder, type EventRecorder } from "../../kube/events.ts";
import type { Informer } from "../../kube/informer.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Coordination } from "../../lease/coordination.ts";
import type { BindAddress } from "../../process/bind_address.ts";
import {
  type Controller,
  type ControllerOptions,
  createController,
  DEFAULT_WORKERS,
} from "./controller.ts";
import { healthPages, type ReadyCheck } from "../../process/health.ts";
import { type HttpServer, serveHttp } from "../../process/http_server.ts";
import { informerCheck } from "./informer_check.ts";
import { createEngineMetrics } from "./engine_metrics.ts";
import { createInformerSet, type Selection } from "./informer_set.ts";
import type { Log } from "../../kube/log.ts";
import type { Metrics } from "../../process/metrics.ts";
import { feed, replan, replanNamespace, type Watch } from "./watch.ts";
import { within } from "./within.ts";

export interface ManagerOptions {
  client: Client;
  metrics: Metrics;
  /** Says when to work, and in which namespaces; always and everywhere, if absent. The client asks it too, by its gate. */
  authority?: Coordination;
  /** The only namespace to look at; absent: all. */
  namespace?: string | undefined;
  /** Where `/metrics` is served; absent: nowhere. */
  metricsAddress?: BindAddress | undefined;
  /** Where `/healthz` and `/readyz` are served; absent: nowhere. */
  probeAddress?: BindAddress | undefined;
  /** How often every key is planned anew, spread by ±10 %; 0 or absent: never. */
  resyncMs?: number;
  /** How long passes under way may take after a stop; 8 s by default, so that all has ended within 10 s. */
  graceMs?: number;
  /** Which copy of the program reports events: its pod, or its host name. */
  instance: string;
  clock?: Clock;
  /** A number in [0, 1), as `Math.random`. */
  random?: () => number;
  log?: Log;
}

export interface ManagedController extends ControllerOptions {
  /** What leads to passes. */
  watches: readonly Watch[];
  /** Label of the metrics that count reconciliations by kind; absent: not counted by kind. */
  resourceType?: string;
}

/** One running operator: what its controllers share, and the order in which all starts and stops. */
export interface Manager {
  readonly client: Client;
  /** The informer of a kind, shared by all who ask for the same selection. */
  informer<T extends KubeObject, P extends KubeObject = T>(
    resource: Resource<T>,
    selection?: Selection<T, P>,
  ): Informer<P>;
  /** Reports events in the name of a controller. */
  recorder(reportingController: string): EventRecorder;
  /** Adds a controller, before {@link run}. */
  controller(options: ManagedController): void;
  /** Adds something that must be in order for `/readyz`. */
  check(check: ReadyCheck): void;
  /**
   * Runs until the signal is aborted, and then until all has ended: passes under way get their time, events are
   * sent, connections and servers are closed.
   *
   * @throws if an address cannot be listened on
   */
  run(signal: AbortSignal): Promise<void>;
}

/** Of the metrics by kind and namespace, as the Go operator names them. */
const METRICS_PREFIX = "dynamo_operator";
const GRACE_MS = 8_000;
/** For what has been told to end at once. */
const LAST_GRACE_MS = 2_000;

export function createManager(options: ManagerOptions): Manager {
  const { client, metrics, authority, resyncMs = 0, graceMs = GRACE_MS, instance } = options;
  const { clock = systemClock, random = Math.random, log = getLogger(["engine", "manager"]) } =
    options;
  const informers = createInformerSet({ client, clock, random, namespace: options.namespace });
  const engineMetrics = createEngineMetrics(metrics.registry, METRICS_PREFIX);
  const controllers: { controller: Controller; watches: readonly Watch[] }[] = [];
  const recorders = new Map<string, EventRecorder>();
  const checks: ReadyCheck[] = [];
  let phase: "starting" | "standing by" | "running" | "stopping" = "starting";
  const accepts = (namespace: string | undefined) =>
    namespace === undefined || !authority || authority.accepts(namespace);
  authority?.onNamespaceReleased((namespace) => {
    for (const { controller, watches } of controllers) {
      replanNamespace(controller.queue, watches, namespace);
    }
  });

  function serve(servers: HttpServer[]) {
    const { metricsAddress, probeAddress } = options;
    const metricsPage = async () => {
      const { body, contentType } = await metrics.text();
      return new Response(body, { headers: { "content-type": contentType } });
    };
    if (probeAddress) servers.push(serveHttp(probeAddress, healthPages(allChecks)));
    if (metricsAddress) servers.push(serveHttp(metricsAddress, { "/metrics": metricsPage }));
  }

  function allChecks(): ReadyCheck[] {
    const stopping = {
      name: "manager",
      problem: () => phase === "stopping" ? "stopping" : undefined,
    };
    const seen = authority?.informers.map(({ name, informer }) => informerCheck(name, informer));
    return [stopping, ...informers.checks(), ...seen ?? [], ...checks];
  }

  function replanAll() {
    for (const { controller, watches } of controllers) replan(controller.queue, watches);
  }

  /** Plans every key anew, now and then. */
  async function resync(signal: AbortSignal) {
    while (resyncMs > 0 && !signal.aborted) {
      await delay(clock, resyncMs * (0.9 + 0.2 * random()), signal);
      if (!signal.aborted) replanAll();
    }
  }

  /** Works until a stop, which leaves passes under way their time, or until `lost`, which cuts them off. */
  async function work(stop: AbortSignal, lost: AbortSignal) {
    const cut = new AbortController();
    const ends = controllers.map(({ controller }) => controller.run(cut.signal));
    phase = "running";
    replanAll();
    log.info("Started {controllers}", { controllers: controllers.map((c) => c.controller.name) });
    const over = AbortSignal.any([stop, lost]);
    await Promise.all([aborted(over), resync(over)]);
    phase = stop.aborted ? "stopping" : "standing by";
    for (const { controller } of controllers) controller.queue.stop();
    if (lost.aborted) cut.abort(lost.reason);
    else lost.addEventListener("abort", () => cut.abort(lost.reason), { once: true });
    await drain(cut, ends);
    const flushes = [...recorders.values()].map((recorder) => recorder.flush());
    await within(clock, LAST_GRACE_MS, Promise.all(flushes));
  }

  /** Gives passes under way their time. */
  async function drain(cut: AbortController, ends: readonly Promise<void>[]) {
    if (await within(clock, graceMs, Promise.all(ends))) return;
    const late = controllers.filter(({ controller }) =>
      controller.queue.stats.workingMs().length > 0
    );
    log.warn("Passes of {controllers} did not end within {graceMs} ms and are cut off", {
      controllers: late.map(({ controller }) => controller.name),
      graceMs,
    });
    cut.abort(new Error("The operator is stopping"));
    await within(clock, LAST_GRACE_MS, Promise.all(ends));
  }

  return {
    client,
    informer: informers.get,
    recorder(reportingController) {
      const known = recorders.get(reportingController);
      if (known) return known;
      const recorder = createEventRecorder({
        client,
        reportingController,
        reportingInstance: instance,
        clock,
      });
      recorders.set(reportingController, recorder);
      return recorder;
    },
    controller({ watches, resourceType, ...controllerOptions }) {
      const { name, workers = DEFAULT_WORKERS } = controllerOptions;
      const controller = createController(controllerOptions, {
        clock,
        random,
        metrics: engineMetrics({ name, workers, resourceType }),
        accepts: (key) => accepts(namespaceOf(key)),
      });
      // What is to be done when work begins is found in the stores then.
      controller.queue.stop();
      controllers.push({ controller, watches });
      const hearing = {
        live: () => phase === "running",
        accepts: ({ metadata }: KubeObject) => accepts(metadata.namespace),
      };
      for (const watch of watches) feed(controller.queue, watch, hearing);
    },
    check: (check) => void checks.push(check),
    async run(signal) {
      const servers: HttpServer[] = [];
      const leaseInformers = authority?.informers ?? [];
      const informing = new AbortController();
      try {
        serve(servers);
        informers.start(informing.signal);
        for (const { informer } of leaseInformers) informer.start(informing.signal);
        const synced = [
          informers.synced(),
          ...leaseInformers.map(({ informer }) => informer.synced),
        ];
        await Promise.race([Promise.all(synced), aborted(signal)]);
        if (signal.aborted) return;
        phase = "standing by";
        if (authority) await authority.run(signal, (lost) => work(signal, lost));
        else await work(signal, new AbortController().signal);
      } finally {
        phase = "stopping";
        informing.abort();
        await within(
          clock,
          LAST_GRACE_MS,
          Promise.all([
            informers.stopped(),
            ...leaseInformers.map(({ informer }) => informer.stopped),
          ]),
        );
        await within(clock, LAST_GRACE_MS, Promise.all(servers.map((server) => server.close())));
      }
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** The namespace in a key, if there is one. */
function namespaceOf(key: string): string | undefined {
  const end = key.indexOf("/");
  return end < 0 ? undefined : key.slice(0, end);
}
