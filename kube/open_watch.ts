import type { KubeObject } from "./object.ts";
import { collectionPath, resourceName } from "./paths.ts";
import type { Resource } from "./resource.ts";
import type { Transport } from "./transport.ts";
import type { WatchEvent, WatchOptions } from "./watch_event.ts";
import { watchEvents } from "./watch_stream.ts";

/** Opens a watch with bookmarks and yields its events. Throws an `ApiError` if the API server refuses the watch. */
export async function* openWatch<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>> {
  const { signal, sendInitialEvents, labelSelector, fieldSelector } = options;
  if (signal?.aborted) return;
  const request = {
    verb: "watch",
    method: "GET",
    path: collectionPath(resource, options.namespace, {
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: options.resourceVersion,
      sendInitialEvents,
      resourceVersionMatch: sendInitialEvents ? "NotOlderThan" : undefined,
      labelSelector,
      fieldSelector,
      timeoutSeconds: options.timeoutSeconds,
    }),
    resource: resourceName(resource),
    // The caller decides about retries.
    idempotent: false,
  };
  // A separate signal, so that an ended watch leaves nothing attached to the caller's long-lived signal.
  const ended = new AbortController();
  const stop = () => ended.abort(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const body = await transport.stream({ ...request, signal: ended.signal });
    options.onOpen?.();
    yield* watchEvents<T>(body, request, ended.signal);
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
