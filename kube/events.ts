import { getLogger } from "@logtape/logtape";
import { events } from "./builtin.ts";
import type { Client } from "./client.ts";
import { type Clock, systemClock } from "./clock.ts";
import { reasonOf } from "./errors.ts";
import { type EventContent, eventManifest, type EventReporter } from "./event_manifest.ts";
import { microTime } from "./micro_time.ts";
import type { KubeObject } from "./object.ts";

const log = getLogger(["kube", "events"]);

/** Tells people what happened to an object, as `events.k8s.io/v1` Events. Never throws. */
export interface EventRecorder {
  event(about: KubeObject, content: EventContent): void;
  /** Sends everything told so far and resolves when it has been sent or given up. */
  flush(): Promise<void>;
}

export interface EventRecorderOptions extends EventReporter {
  client: Pick<Client, "create" | "patch">;
  clock?: Clock;
  /** Makes Event names unique. */
  suffix?: () => string;
  /** Told of each event that could not be recorded, for metrics. */
  onLost?: () => void;
}

/** An Event that may become a series. */
interface Series {
  name: string;
  namespace: string;
  count: number;
  lastMs: number;
  /** How often the API server knows it to have happened; 0 until it is created. */
  sent: number;
}

/** Two of the same within this time are one series (KEP-383). */
const SERIES_MS = 6 * 60_000;
/** A series' count is brought up to date this long after it grew, not each time. */
const UPDATE_MS = 30_000;
const MAX_SERIES = 2_000;
const MAX_QUEUED = 1_000;

function identity(about: KubeObject, { type, reason, action, note }: EventContent): string {
  const { namespace, name, uid } = about.metadata;
  return JSON.stringify([about.kind, namespace, name, uid, type, reason, action, note]);
}

/** Makes a recorder; it sends in the background, one request at a time. */
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
    if (queued >= MAX_QUEUED) return lose(name, new Error(`${queued} events are waiting already`));
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
        // The next occurrence tries again instead of counting up what does not exist.
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
