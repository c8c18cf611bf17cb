import type { KubeObject, ObjectName } from "./object.ts";
import type { Resource } from "./resource.ts";
import type { WatchEvent, WatchOptions } from "./watch_event.ts";

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface ListOptions extends CallOptions {
  /** Absent: all namespaces. */
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** Objects per page, 500 by default. */
  limit?: number | undefined;
}

export interface ListPage<T> {
  items: T[];
  /** The same for all pages of one list. */
  resourceVersion: string;
}

export interface WriteOptions extends CallOptions {
  fieldManager?: string | undefined;
  dryRun?: boolean | undefined;
}

export interface ApplyOptions extends WriteOptions {
  /** Takes fields over from other managers; true by default. */
  force?: boolean | undefined;
}

export interface DeleteOptions extends CallOptions {
  /** Delete only the object with this uid; another one answers 409. */
  uid?: string | undefined;
  /** Delete only in this state; another one answers 409. */
  resourceVersion?: string | undefined;
  propagationPolicy?: "Background" | "Foreground" | "Orphan" | undefined;
}

export interface Patch {
  type: "merge" | "json";
  body: unknown;
  subresource?: "status" | "scale" | undefined;
}

/**
 * The verbs of the API server for any kind. All throw `ApiError` for what the server refused and
 * `ConnectionError` where no usable answer came; an aborted `signal` throws its reason.
 */
export interface Client {
  get<T extends KubeObject>(
    resource: Resource<T>,
    at: ObjectName,
    options?: CallOptions,
  ): Promise<T>;
  /** All objects, consistent, page by page behind the scenes; `apiVersion` and `kind` are filled in. */
  list<T extends KubeObject>(resource: Resource<T>, options?: ListOptions): Promise<ListPage<T>>;
  /** The same page by page, so that no more than one page is in memory; a 410 in the middle is thrown. */
  pages<T extends KubeObject>(
    resource: Resource<T>,
    options?: ListOptions,
  ): AsyncIterable<ListPage<T>>;
  /** Events until the server ends the stream. What the server refuses at once is thrown as `ApiError`. */
  watch<T extends KubeObject>(
    resource: Resource<T>,
    options: WatchOptions,
  ): AsyncIterable<WatchEvent<T>>;
  /** Server-side apply: creates or updates; a `metadata.uid` in the manifest refuses any other object (409). */
  apply<T extends KubeObject>(
    resource: Resource<T>,
    manifest: KubeObject,
    options?: ApplyOptions,
  ): Promise<T>;
  create<T extends KubeObject>(
    resource: Resource<T>,
    object: KubeObject,
    options?: WriteOptions,
  ): Promise<T>;
  patch<T extends KubeObject>(
    resource: Resource<T>,
    at: ObjectName,
    patch: Patch,
    options?: WriteOptions,
  ): Promise<T>;
  /** Merge patch on `/status` for exactly the observed state: a newer object answers 409. */
  patchStatus<T extends KubeObject>(
    resource: Resource<T>,
    observed: KubeObject,
    status: unknown,
    options?: WriteOptions,
  ): Promise<T>;
  /** Returns when the deletion is accepted; finalizers and grace periods may keep the object for longer. */
  delete<T extends KubeObject>(
    resource: Resource<T>,
    at: ObjectName,
    options?: DeleteOptions,
  ): Promise<void>;
}
