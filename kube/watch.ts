import { childSignal } from "./clock.ts";
import {
  type ApiError,
  ConnectionError,
  reasonOf,
  type RequestInfo,
  statusToError,
} from "./errors.ts";
import type { KubeObject } from "./object.ts";
import { collectionPath, type Resource, resourceName } from "./resource.ts";
import type { ListScope } from "./selector.ts";
import type { Transport } from "./transport.ts";

/** An event of a watch. A failed watch ends with `ERROR` or `BROKEN`; a normal end of the stream yields no event. */
export type WatchEvent<T extends KubeObject> =
  | { type: "ADDED" | "MODIFIED" | "DELETED"; object: T }
  /** An added or modified object that the caller already has; see {@linkcode WatchOptions.isKnown}. */
  | { type: "KNOWN"; resourceVersion: string }
  /** `initialEventsEnd` is true at the end of a streaming list. */
  | { type: "BOOKMARK"; resourceVersion: string; initialEventsEnd: boolean }
  /** The API server ends the watch with an error, such as 410 if the resourceVersion is too old. */
  | { type: "ERROR"; error: ApiError }
  /**
   * The rest of the stream cannot be read: the connection failed (a `ConnectionError`), or a line is not a complete
   * watch event.
   */
  | { type: "BROKEN"; error: Error };

export interface WatchOptions extends ListScope {
  /** The watch sends the changes after this resourceVersion. Without it, use `sendInitialEvents` to get a list. */
  resourceVersion?: string | undefined;
  /** Requests a streaming list (KEP-3157): all objects as ADDED, then a bookmark, then changes. */
  sendInitialEvents?: boolean | undefined;
  /** Time after which the API server ends the stream, in seconds. */
  timeoutSeconds?: number | undefined;
  /**
   * Returns whether the caller already has the object with this resourceVersion. The watch then yields a `KNOWN` event
   * and does not parse the object. By default, the caller has no objects.
   */
  isKnown?: ((resourceVersion: string) => boolean) | undefined;
  /** Called when the API server has accepted the watch; the first event may arrive much later. */
  onOpen?: (() => void) | undefined;
  /** When this signal is aborted, the stream ends without an error. */
  signal?: AbortSignal | undefined;
}

/** Opens a watch with bookmarks and yields its events. Throws an `ApiError` if the API server refuses the watch. */
export async function* openWatch<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  { namespace, sendInitialEvents, isKnown, onOpen, signal, ...parameters }: WatchOptions,
): AsyncGenerator<WatchEvent<T>> {
  if (signal?.aborted) return;
  const request = {
    verb: "watch",
    method: "GET",
    path: collectionPath(resource, namespace, {
      watch: true,
      allowWatchBookmarks: true,
      sendInitialEvents,
      resourceVersionMatch: sendInitialEvents ? "NotOlderThan" : undefined,
      ...parameters,
    }),
    resource: resourceName(resource),
    // The transport must not retry a watch: its caller reopens the watch.
    idempotent: false,
  };
  // The caller's signal may outlive the watch. The stream gets a child signal, which is detached when the watch ends.
  using ended = childSignal(signal);
  try {
    const body = await transport.stream({ ...request, signal: ended.signal });
    onOpen?.();
    yield* watchEvents<T>(body, { request, isKnown, signal: ended.signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

/**
 * Yields the events in the body of a watch. After `ERROR` or `BROKEN`, the generator cancels the body and returns. When
 * `signal` is aborted, the generator returns without an event.
 */
async function* watchEvents<T extends KubeObject>(
  body: AsyncIterable<string>,
  { request, isKnown, signal }: {
    request: RequestInfo;
    isKnown: WatchOptions["isKnown"];
    signal: AbortSignal;
  },
): AsyncGenerator<WatchEvent<T>> {
  try {
    for await (const line of readLines(body, request)) {
      if (signal.aborted) return;
      const version = isKnown && changedVersion(line);
      const event: WatchEvent<T> = version !== undefined && isKnown?.(version)
        ? { type: "KNOWN", resourceVersion: version }
        : parseEvent<T>(line, request);
      yield event;
      if (event.type === "ERROR" || event.type === "BROKEN") return;
    }
  } catch (error) {
    const isError = error instanceof Error;
    if (!signal.aborted) {
      yield { type: "BROKEN", error: isError ? error : new Error(String(error)) };
    }
  }
}

const VERSION_FIELD = '"resourceVersion":"';

/**
 * Returns the resourceVersion of the added or modified object in an event, without parsing the event. Returns undefined
 * for other events, and for an object with a second field of this name, such as an annotation.
 */
function changedVersion(line: string): string | undefined {
  if (!line.startsWith('{"type":"MODIFIED"') && !line.startsWith('{"type":"ADDED"')) {
    return undefined;
  }
  const at = line.indexOf(VERSION_FIELD);
  if (at < 0 || line.includes(VERSION_FIELD, at + 1)) return undefined;
  const from = at + VERSION_FIELD.length;
  return line.slice(from, line.indexOf('"', from));
}

function parseEvent<T extends KubeObject>(line: string, request: RequestInfo): WatchEvent<T> {
  let event: { type?: string; object?: T } | null;
  try {
    event = JSON.parse(line);
  } catch {
    return broken("not JSON", line);
  }
  const { type, object } = event ?? {};
  if (object && type === "ERROR") return { type, error: statusToError(object, request) };
  const { name, resourceVersion, annotations } = object?.metadata ?? {};
  if (resourceVersion && type === "BOOKMARK") {
    const initialEventsEnd = annotations?.["k8s.io/initial-events-end"] === "true";
    return { type, resourceVersion, initialEventsEnd };
  }
  if (object && name && (type === "ADDED" || type === "MODIFIED" || type === "DELETED")) {
    return { type, object };
  }
  return broken("not a watch event", line);
}

/** Returns a `BROKEN` event. Its message does not quote the line, because the line may be part of a Secret. */
function broken(problem: string, line: string): { type: "BROKEN"; error: Error } {
  const message = `A line of ${line.length} characters in the stream is ${problem}`;
  return { type: "BROKEN", error: new Error(message) };
}

/**
 * Yields the non-empty lines of a body. Throws if the body ends inside a line. Throws a `ConnectionError` if the
 * connection fails. Stops reading if the caller stops early.
 */
async function* readLines(
  body: AsyncIterable<string>,
  request: RequestInfo,
): AsyncGenerator<string> {
  // The pieces of a line are joined only at its end, because a large object arrives in hundreds of pieces.
  let pieces: string[] = [];
  try {
    for await (const text of body) {
      let from = 0;
      for (let to = text.indexOf("\n"); to >= 0; to = text.indexOf("\n", from)) {
        pieces.push(text.slice(from, to));
        from = to + 1;
        const line = pieces.join("").trim();
        pieces = [];
        if (line) yield line;
      }
      if (from < text.length) pieces.push(text.slice(from));
    }
  } catch (cause) {
    throw new ConnectionError({ request, message: reasonOf(cause), cause });
  }
  const rest = pieces.join("").trim();
  if (rest) {
    throw new Error(`The stream ended in the middle of a line, after ${rest.length} characters`);
  }
}
