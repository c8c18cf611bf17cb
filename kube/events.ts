import { getLogger } from "@logtape/logtape";
import { createBoundedMap } from "./bounded_map.ts";
import { type CoreEvent, events } from "./builtin.ts";
import type { Client } from "./client.ts";
import { type Clock, microTime, systemClock } from "./clock.ts";
import { reasonOf } from "./errors.ts";
import type { KubeObject } from "./object.ts";

const log = getLogger(["kube", "events"]);

/** The fields of an Event that the controller sets. */
export interface EventContent {
  type: "Normal" | "Warning";
  /** Reason in CamelCase, at most 128 characters. */
  reason: string;
  /** Action that the controller took, in CamelCase, at most 128 characters. */
  action: string;
  /** Message for users, one sentence; the recorder shortens it to 1024 bytes. */
  note: string;
}

/** Records `events.k8s.io/v1` Events about objects. The functions never throw. */
export interface EventRecorder {
  /** Records one occurrence of an event. Repeated occurrences of the same event become one Event with a series. */
  event(about: KubeObject, content: EventContent): void;
  /** Sends all pending Events. Resolves when each request has succeeded or failed. */
  flush(): Promise<void>;
}

/** Options of {@linkcode createEventRecorder}. */
export interface EventRecorderOptions {
  client: Pick<Client, "create" | "patch">;
  /** Qualified name of the controller, such as `dynamo.nvidia.com/operator`. */
  reportingController: string;
  /** Name that identifies this process among the replicas of the controller, for example the name of its pod. */
  reportingInstance: string;
  clock?: Clock;
  /** Returns a unique suffix for the name of an Event. */
  suffix?: () => string;
  /** The recorder calls this function when it cannot record an event, so that a metric can count lost events. */
  onLost?: () => void;
}

/**
 * An Event and the number of its occurrences. From the second occurrence on, the stored Event has the field `series`.
 */
interface Series {
  name: string;
  namespace: string;
  count: number;
  lastMs: number;
  /** Time of the last occurrence as a MicroTime string. */
  lastTime: string;
  /** Last value of `count` that the API server has stored; 0 until the Event is created. */
  sent: number;
}

/** Maximum time between two consecutive occurrences of an event in one series (KEP-383). */
const SERIES_MS = 6 * 60_000;
/** Delay before the recorder sends the new count of a series, so that one request reports several occurrences. */
const UPDATE_MS = 30_000;
const MAX_SERIES = 2_000;
const MAX_QUEUED = 1_000;
const MAX_NOTE_BYTES = 1024;
const MAX_NAME = 253;
const MAX_REPORTER = 128;

function identity(about: KubeObject, { type, reason, action, note }: EventContent): string {
  const { namespace, name, uid } = about.metadata;
  return JSON.stringify([about.kind, namespace, name, uid, type, reason, action, note]);
}

/** Creates an event recorder. The recorder sends its requests in the background, one at a time. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { client, clock = systemClock, onLost } = options;
  const suffix = options.suffix ?? (() => crypto.randomUUID().slice(-12));
  const known = createBoundedMap<Series>(MAX_SERIES);
  const grown = new Set<Series>();
  let queued = 0;
  let tail: Promise<void> = Promise.resolve();
  let cancelUpdate: (() => void) | undefined;

  function lose(name: string, error: unknown) {
    onLost?.();
    log.warn("Cannot record the event {name}: {reason}", { name, reason: reasonOf(error) });
  }

  function enqueue(name: string, send: () => Promise<void>) {
    if (queued >= MAX_QUEUED) return lose(name, new Error(`${queued} events are already waiting`));
    queued++;
    tail = tail.then(send).catch((error) => lose(name, error)).finally(() => queued--);
  }

  function create(key: string, about: KubeObject, content: EventContent) {
    const lastTime = microTime(clock.epochMs());
    const manifest = eventManifest(about, content, options, lastTime, suffix());
    const { name, namespace = "default" } = manifest.metadata;
    const series: Series = { name, namespace, count: 1, lastMs: clock.now(), lastTime, sent: 0 };
    known.set(key, series);
    enqueue(name, async () => {
      try {
        await client.create(events, manifest);
        series.sent = 1;
      } catch (error) {
        // The API server did not store the Event, so the next occurrence must create an Event instead of updating one.
        if (known.get(key) === series) known.delete(key);
        throw error;
      }
    });
  }

  function update(series: Series) {
    enqueue(series.name, async () => {
      const { name, namespace, count, lastTime } = series;
      if (series.sent === 0 || series.sent === count) return;
      const body = { series: { count, lastObservedTime: lastTime } };
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
      if (series && nowMs - series.lastMs < SERIES_MS) {
        series.count++;
        series.lastMs = nowMs;
        series.lastTime = microTime(clock.epochMs());
        known.set(key, series);
        grown.add(series);
        cancelUpdate ??= clock.timer(UPDATE_MS, updateAll);
      } else create(key, about, content);
    },
    async flush() {
      updateAll();
      await tail;
    },
  };
}

/** Shortens a text to at most `maxBytes` bytes of UTF-8, without splitting a character. A cut text ends in "…". */
function shorten(text: string, maxBytes: number): string {
  const encoder = new TextEncoder();
  if (encoder.encode(text).length <= maxBytes) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(maxBytes - 3));
  return `${text.slice(0, read)}…`;
}

function eventManifest(
  about: KubeObject,
  content: EventContent,
  reporter: EventRecorderOptions,
  eventTime: string,
  suffix: string,
): CoreEvent {
  const { name, namespace, uid, resourceVersion } = about.metadata;
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: {
      name: `${name.slice(0, MAX_NAME - suffix.length - 1)}.${suffix}`,
      // Events about cluster-scoped objects belong to the namespace "default".
      namespace: namespace ?? "default",
    },
    eventTime,
    reportingController: reporter.reportingController,
    reportingInstance: reporter.reportingInstance.slice(0, MAX_REPORTER),
    type: content.type,
    reason: content.reason,
    action: content.action,
    note: shorten(content.note, MAX_NOTE_BYTES),
    regarding: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name,
      ...(namespace ? { namespace } : {}),
      ...(uid ? { uid } : {}),
      ...(resourceVersion ? { resourceVersion } : {}),
    },
  };
}
