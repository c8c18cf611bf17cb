import type { ApiError } from "./errors.ts";
import type { KubeObject } from "./object.ts";

/** One thing that a watch tells. `ERROR` and `BROKEN` are last; a stream that ends without them was closed in order. */
export type WatchEvent<T extends KubeObject> =
  | { type: "ADDED" | "MODIFIED" | "DELETED"; object: T }
  /** `initialEventsEnd` marks the end of the initial objects of a streaming list. */
  | { type: "BOOKMARK"; resourceVersion: string; initialEventsEnd: boolean }
  /** The server says why it ends the watch, as 410 when the resourceVersion is too old. */
  | { type: "ERROR"; error: ApiError }
  /** The stream cannot be read on: a cut connection, half a line, or what is no watch event. */
  | { type: "BROKEN"; message: string };

export interface WatchOptions {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** Where to go on from; absent together with `sendInitialEvents` asks for a consistent state. */
  resourceVersion?: string | undefined;
  /** Asks for a streaming list (KEP-3157): all objects as ADDED, then a bookmark, then changes. */
  sendInitialEvents?: boolean | undefined;
  /** When the server shall end the stream, in seconds. */
  timeoutSeconds?: number | undefined;
  /** Told once when the server has accepted the watch, which may be long before the first event. */
  onOpen?: (() => void) | undefined;
  /** Ends the stream; the iteration then ends without an error. */
  signal?: AbortSignal | undefined;
}
