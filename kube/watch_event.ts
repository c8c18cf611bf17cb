import type { ApiError } from "./errors.ts";
import type { KubeObject } from "./object.ts";

/** An event of a watch. `ERROR` and `BROKEN` are the last events; a normal end of the stream has neither. */
export type WatchEvent<T extends KubeObject> =
  | { type: "ADDED" | "MODIFIED" | "DELETED"; object: T }
  /** `initialEventsEnd` is true at the end of a streaming list. */
  | { type: "BOOKMARK"; resourceVersion: string; initialEventsEnd: boolean }
  /** The API server ends the watch for this reason, such as 410 if the resourceVersion is too old. */
  | { type: "ERROR"; error: ApiError }
  /** The rest of the stream cannot be read: the connection failed, or a line is not a complete watch event. */
  | { type: "BROKEN"; message: string };

/** Options of watches. */
export interface WatchOptions {
  /** Absent: all namespaces. */
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** The watch sends changes after this version. If absent, `sendInitialEvents` requests a consistent list first. */
  resourceVersion?: string | undefined;
  /** Requests a streaming list (KEP-3157): all objects as ADDED, then a bookmark, then changes. */
  sendInitialEvents?: boolean | undefined;
  /** Time after which the API server ends the stream, in seconds. */
  timeoutSeconds?: number | undefined;
  /** Is called when the API server has accepted the watch, possibly long before the first event. */
  onOpen?: (() => void) | undefined;
  /** Ends the stream without an error. */
  signal?: AbortSignal | undefined;
}
