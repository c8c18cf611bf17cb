import type { Client } from "./client.ts";
import type { Clock } from "./clock.ts";
import type { KubeObject } from "./object.ts";
import type { Resource } from "./resource.ts";
import type { Change, IndexFunctions, Store } from "./store.ts";

export type ChangeHandler<P extends KubeObject> = (change: Change<P>) => void;

export interface InformerOptions<T extends KubeObject, P extends KubeObject = T> {
  client: Pick<Client, "pages" | "watch">;
  resource: Resource<T>;
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** Keeps of an object only what is read later (identity, metadata and resourceVersion must stay). */
  project?: ((object: T) => P) | undefined;
  indexes?: IndexFunctions<P> | undefined;
  /** A number in [0, 1), as `Math.random`. */
  random?: (() => number) | undefined;
  clock?: Clock | undefined;
  /** No event or bookmark for so long means a dead connection; 70 s by default (bookmarks come each minute). */
  silenceMs?: number | undefined;
  /** Ask for a streaming list first; true by default, a server without it falls back to pages. */
  streamingList?: boolean | undefined;
}

/** Keeps a store in step with the API server and tells every change once. */
export interface Informer<P extends KubeObject> {
  readonly store: Store<P>;
  /** Starts to list and watch until the signal is aborted. */
  start(signal: AbortSignal): void;
  /** Resolves when the first list is in the store and told to the handlers; never when stopped before. */
  readonly synced: Promise<void>;
  hasSynced(): boolean;
  /** How long ago the API server last said anything, in milliseconds; `Infinity` before the first answer. */
  silentForMs(): number;
  /** Why the last list or watch failed, or undefined when the informer is connected. */
  problem(): unknown;
  /** Tells what the store already holds as added, then every change. A handler must not throw. */
  onChange(handler: ChangeHandler<P>): void;
}
