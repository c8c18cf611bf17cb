import { reasonOf, type RequestInfo } from "./errors.ts";
import { readLines } from "./json_lines.ts";
import type { KubeObject } from "./object.ts";
import { statusToError } from "./status_error.ts";
import type { WatchEvent } from "./watch_event.ts";

const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

interface RawEvent<T> {
  type?: string;
  object?: T;
}

function parseEvent<T extends KubeObject>(line: string, request: RequestInfo): WatchEvent<T> {
  let event: RawEvent<T> | null;
  try {
    event = JSON.parse(line);
  } catch {
    return broken("not JSON", line);
  }
  const object = event?.object;
  if (!event || !object) return broken("not a watch event", line);
  switch (event.type) {
    case "ERROR":
      return { type: "ERROR", error: statusToError(object, request) };
    case "BOOKMARK": {
      const { resourceVersion, annotations } = object.metadata ?? {};
      if (!resourceVersion) return broken("not a watch event", line);
      const initialEventsEnd = annotations?.[INITIAL_EVENTS_END] === "true";
      return { type: "BOOKMARK", resourceVersion, initialEventsEnd };
    }
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      return object.metadata?.name
        ? { type: event.type, object }
        : broken("not a watch event", line);
    default:
      return broken("not a watch event", line);
  }
}

/** Returns a `BROKEN` event. Its message quotes neither the line nor the parser, because the line may be part of a Secret. */
function broken(problem: string, line: string): { type: "BROKEN"; message: string } {
  return {
    type: "BROKEN",
    message: `A line of ${line.length} characters in the stream is ${problem}`,
  };
}

/**
 * Yields the events in the body of a watch. After `ERROR` or `BROKEN`, it cancels the body and ends. When `signal` is
 * aborted, it ends without an event.
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
    yield { type: "BROKEN", message: reasonOf(error) };
  }
}
