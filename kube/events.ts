import { getLogger } from "@logtape/logtape";
import { events } from "./builtin.ts";
import type { Client } from "./client.ts";
import { type Clock, systemClock } from "./clock.ts";
import { reasonOf } from "./errors.ts";
import { type EventContent, eventManifest, type EventReporter } from "./event_manifest.ts";
import { microTime } from "./micro_time.ts";
import type { KubeObject } from "./object.ts";

const log = getLogger(["kube", "events"]);

/** Records `events.k8s.io/v1` Events about objects. Its functions never throw. */
export interface EventRecorder {
  /** Records an occurrence of an event; the same event again becomes a series. */
  event(about: KubeObject, content: EventContent): void;
  /** Sends all pending events. Resolves when each was stored or has failed. */
  flush(): Promise<void>;
}

/** Options of {@linkcode createEventRecorder}. */
export interface EventRecorderOptions extends EventReporter {
  client: Pick<Client, "create" | "patch">;
  clock?: Clock;
  /** Returns a unique suffix for the name of an Event. */
  suffix?: () => string;
  /** Is called for each event that could not be recorded, for metrics. */
  onLost?: () => void;
}

/** An Event that may become a series. */
interface Series {
  name: string;
  namespace: string;
  count: number;
  lastMs: number;
  /** Number of occurrences that the API server has stored; 0 until the Event is created. */
  sent: number;
}

/** The same event again within this time belongs to one series (KEP-383). */
const SERIES_MS = 6 * 60_000;
/** Delay after which a changed count is sent, so that not every occurrence causes a request. */
const UPDATE_MS = 30_000;
const MAX_SERIES = 2_000;
const MAX_QUEUED = 1_000;

function identity(about: KubeObject, { type, reason, action, note }: EventContent): string {
  const { namespace, name, uid } = about.metadata;
  return JSON.stringify([about.kind, namespace, name, uid, type, reason, action, note]);
}

/** Creates a recorder. It sends its requests in the background, one at a time. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { client, clock = systemClock, onLost } = options;
  const suffix = options.suffix ?? (() => crypto.randomUUID().slice(-12));
  /** In the order of the last occurrence. */
  const known = new Map<string, Series>();
  const grown = new Set<Series>();
  let queued = 0;
  let tail: Promise<void> = Promise.resolve();
  let cancelUpdate: (() => void) | undefined;

  function lose(name: string, error: unknown) {
    onLost?.();
    log.warn("Cannot record the event {name}: {reason}", { name, reason: reasonOf(error), error });
  }

  function enqueue(name: string, send: () => Promise<void>) {
    if (queued >= MAX_QUEUED) return lose(name, new Error(`${queued} events are already waiting`));
    queued++;
    tail = tail.then(send).catch((error) => lose(name, error)).finally(() => queued--);
  }

  function create(key: string, about: KubeObject, content: EventContent, nowMs: number) {
    const manifest = eventManifest(about, content, options, nowMs, suffix());
    const { name, namespace = "default" } = manifest.metadata;
    const series: Series = { name, namespace, count: 1, lastMs: nowMs, sent: 0 };
    known.set(key, series);
    enqueue(name, async () => {
      try {
        await client.create(events, manifest);
        series.sent = 1;
      } catch (error) {
        // The next occurrence creates the Event again, instead of updating one that does not exist.
        if (known.get(key) === series) known.delete(key);
        throw error;
      }
    });
  }

  function update(series: Series) {
    enqueue(series.name, async () => {
      const { name, namespace, count, lastMs } = series;
      if (series.sent === 0 || series.sent === count) return;
      const body = { series: { count, lastObservedTime: microTime(lastMs) } };
      await client.patch(events, { name, namespace }, { type: "merge", body });
      series.sent = count;
    });
  }

  function updateAll() {
    cancelUpdate?.();
    cancelUpdate = undefined;
    for (const series of grown) update(series);
    grown.clear();
  }

  return {
    event(about, content) {
      const nowMs = clock.now();
      const key = identity(about, content);
      const series = known.get(key);
      known.delete(key);
      if (series && nowMs - series.lastMs < SERIES_MS) {
        series.count++;
        series.lastMs = nowMs;
        known.set(key, series);
        grown.add(series);
        cancelUpdate ??= clock.timer(UPDATE_MS, updateAll);
      } else create(key, about, content, nowMs);
      const [oldest] = known.keys();
      if (known.size > MAX_SERIES && oldest !== undefined) known.delete(oldest);
    },
    async flush() {
      updateAll();
      await tail;
    },
  };
}
