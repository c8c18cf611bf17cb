import type { KubeObject } from "./object.ts";
import { collectionPath, resourceName } from "./paths.ts";
import type { Resource } from "./resource.ts";
import type { Transport } from "./transport.ts";
import type { WatchEvent, WatchOptions } from "./watch_event.ts";
import { watchEvents } from "./watch_stream.ts";

/** Opens a watch with bookmarks and yields its events. Throws what the server refuses it with at once. */
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
    // Whoever watches retries by its own rules.
    idempotent: false,
    signal,
  };
  let body: ReadableStream<Uint8Array>;
  try {
    body = await transport.stream(request);
  } catch (error) {
    if (signal?.aborted) return;
    throw error;
  }
  yield* watchEvents<T>(body, request, signal);
}
