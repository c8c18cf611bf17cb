import type { RequestInfo } from "./errors.ts";
import { readLines } from "./json_lines.ts";
import type { KubeObject } from "./object.ts";
import { statusToError } from "./status_error.ts";
import type { WatchEvent } from "./watch_event.ts";

const INITIAL_EVENTS_END = "k8s.io/initial-events-end";
const MAX_SHOWN = 80;

interface RawEvent<T> {
  type?: string;
  object?: T;
}

function parseEvent<T extends KubeObject>(line: string, request: RequestInfo): WatchEvent<T> {
  let event: RawEvent<T> | null;
  try {
    event = JSON.parse(line);
  } catch (error) {
    const message = `No JSON in the stream: ${error instanceof Error ? error.message : error}`;
    return { type: "BROKEN", message };
  }
  const object = event?.object;
  if (!event || !object) return unknown(line);
  switch (event.type) {
    case "ERROR":
      return { type: "ERROR", error: statusToError(object, request) };
    case "BOOKMARK": {
      const { resourceVersion, annotations } = object.metadata ?? {};
      if (!resourceVersion) return unknown(line);
      const initialEventsEnd = annotations?.[INITIAL_EVENTS_END] === "true";
      return { type: "BOOKMARK", resourceVersion, initialEventsEnd };
    }
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      return object.metadata?.name ? { type: event.type, object } : unknown(line);
    default:
      return unknown(line);
  }
}

function unknown(line: string): { type: "BROKEN"; message: string } {
  return { type: "BROKEN", message: `No watch event: "${line.slice(0, MAX_SHOWN)}"` };
}

/**
 * The events of a watch's body. After `ERROR` and `BROKEN` it ends and cancels the body; when `signal` is aborted it
 * ends without a word.
 */
export async function* watchEvents<T extends KubeObject>(
  body: ReadableStream<Uint8Array>,
  request: RequestInfo,
  signal?: AbortSignal,
): AsyncGenerator<WatchEvent<T>> {
  try {
    for await (const line of readLines(body)) {
      if (signal?.aborted) return;
      const event = parseEvent<T>(line, request);
      yield event;
      if (event.type === "ERROR" || event.type === "BROKEN") return;
    }
  } catch (error) {
    if (signal?.aborted) return;
    yield { type: "BROKEN", message: error instanceof Error ? error.message : String(error) };
  }
}
