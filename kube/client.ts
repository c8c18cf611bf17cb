import type { TransportRequest } from "./exchange.ts";
import { mergePatch } from "./json.ts";
import {
  type CallOptions,
  type ListOptions,
  type ListPage,
  listPages,
  retryExpired,
} from "./list.ts";
import type { KubeObject, ObjectName } from "./object.ts";
import { collectionPath, objectPath, type Resource, resourceName } from "./resource.ts";
import type { Transport } from "./transport.ts";
import { openWatch, type WatchEvent, type WatchOptions } from "./watch.ts";

/** Options of writes. */
export interface WriteOptions extends CallOptions {
  /** Field manager; the client's by default. */
  fieldManager?: string | undefined;
  /** Validates the write without storing it. */
  dryRun?: boolean | undefined;
}

/** Options of server-side apply. */
export interface ApplyOptions extends WriteOptions {
  /** Acquires fields that other field managers own; true by default. */
  force?: boolean | undefined;
}

/** Options of deletions. For an object with another uid or resourceVersion, the API server answers 409. */
export interface DeleteOptions extends CallOptions {
  uid?: string | undefined;
  resourceVersion?: string | undefined;
  propagationPolicy?: "Background" | "Foreground" | "Orphan" | undefined;
}

/** A JSON merge patch or a JSON patch. */
export interface Patch {
  type: "merge" | "json";
  body: unknown;
  /** Subresource to patch, instead of the object. */
  subresource?: "status" | "scale" | undefined;
}

/**
 * The verbs of the API server for all kinds. They throw an `ApiError` if the API server refuses the request, and a
 * `ConnectionError` if no usable response arrives. If `signal` is aborted, they throw its reason.
 */
export interface Client {
  get<T extends KubeObject>(
    resource: Resource<T>,
    at: ObjectName,
    options?: CallOptions,
  ): Promise<T>;
  /** Returns a consistent list of all objects, fetched page by page. Sets `apiVersion` and `kind` of each object. */
  list<T extends KubeObject>(resource: Resource<T>, options?: ListOptions): Promise<ListPage<T>>;
  /** Yields the pages of such a list, so that only one page is in memory. Throws if the list expires (410). */
  pages<T extends KubeObject>(
    resource: Resource<T>,
    options?: ListOptions,
  ): AsyncIterable<ListPage<T>>;
  /** Yields events until the API server ends the stream. Throws an `ApiError` if it refuses the watch. */
  watch<T extends KubeObject>(
    resource: Resource<T>,
    options: WatchOptions,
  ): AsyncIterable<WatchEvent<T>>;
  /**
   * Creates or updates an object by server-side apply. If the manifest has a `metadata.uid`, the API server refuses to
   * apply it to another object (409).
   */
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
  /**
   * Replaces the status of an object by `status`, with a merge patch of the differences from the observed status. If the
   * object is newer than `observed`, the API server answers 409.
   */
  patchStatus<T extends KubeObject>(
    resource: Resource<T>,
    observed: KubeObject,
    status: unknown,
    options?: WriteOptions,
  ): Promise<T>;
  /** Requests the deletion of an object. Finalizers and grace periods may keep the object after the response. */
  delete<T extends KubeObject>(
    resource: Resource<T>,
    at: ObjectName,
    options?: DeleteOptions,
  ): Promise<void>;
}

const APPLY = "application/apply-patch+yaml";
const PATCH_TYPES = { merge: "application/merge-patch+json", json: "application/json-patch+json" };

/**
 * Creates a client that sends its requests over `transport`.
 *
 * @param options.fieldManager field manager of all writes
 */
export function createClient(
  transport: Transport,
  { fieldManager: manager = "dynamo-operator" }: { fieldManager?: string } = {},
): Client {
  /** Sends a request about `at`. The API server answers with an object of the requested kind. */
  function call<T extends KubeObject>(
    resource: Resource<T>,
    { namespace }: Partial<ObjectName>,
    { signal }: CallOptions,
    request: Omit<TransportRequest, "resource" | "namespace" | "signal">,
  ): Promise<T> {
    const name = resourceName(resource);
    return transport.request({ ...request, resource: name, namespace, signal }) as Promise<T>;
  }

  function writeQuery({ fieldManager = manager, dryRun }: WriteOptions) {
    return { fieldManager, dryRun: dryRun ? "All" : undefined };
  }

  const client: Client = {
    get(resource, at, o = {}) {
      const path = objectPath(resource, at);
      return call(resource, at, o, { verb: "get", method: "GET", path, idempotent: true });
    },

    pages: (resource, o) => listPages(transport, resource, o),

    list: (resource, o) =>
      retryExpired(async () => {
        const pages = await Array.fromAsync(client.pages(resource, o));
        const resourceVersion = pages.at(-1)?.resourceVersion ?? "";
        return { items: pages.flatMap(({ items }) => items), resourceVersion };
      }),

    watch: (resource, o) => openWatch(transport, resource, o),

    apply(resource, manifest, o = {}) {
      const query = { ...writeQuery(o), force: o.force ?? true };
      return call(resource, manifest.metadata, o, {
        verb: "apply",
        method: "PATCH",
        path: objectPath(resource, manifest.metadata, undefined, query),
        body: manifest,
        contentType: APPLY,
        // A second apply changes nothing. With a uid, it also cannot recreate an object that was deleted in between.
        idempotent: true,
      });
    },

    create(resource, object, o = {}) {
      const path = collectionPath(resource, object.metadata.namespace, writeQuery(o));
      const request = { verb: "create", method: "POST", path, body: object, idempotent: false };
      return call(resource, object.metadata, o, request);
    },

    patch(resource, at, { type, body, subresource }, o = {}) {
      return call(resource, at, o, {
        verb: "patch",
        method: "PATCH",
        path: objectPath(resource, at, subresource, writeQuery(o)),
        body,
        contentType: PATCH_TYPES[type],
        // A JSON patch can append or test; a second merge patch changes nothing.
        idempotent: type === "merge",
      });
    },

    patchStatus(resource, observed, status, o = {}) {
      const { uid, resourceVersion } = observed.metadata;
      const before = "status" in observed ? observed.status : undefined;
      const body = { metadata: { uid, resourceVersion }, status: mergePatch(before, status) };
      const patch: Patch = { type: "merge", subresource: "status", body };
      return client.patch(resource, observed.metadata, patch, o);
    },

    async delete(resource, at, o = {}) {
      const { uid, resourceVersion, propagationPolicy } = o;
      const preconditions = uid || resourceVersion ? { uid, resourceVersion } : undefined;
      await call(resource, at, o, {
        verb: "delete",
        method: "DELETE",
        path: objectPath(resource, at),
        body: { kind: "DeleteOptions", apiVersion: "v1", preconditions, propagationPolicy },
        // Without a uid, a second request could delete a new object of the same name.
        idempotent: uid !== undefined,
      });
    },
  };
  return client;
}
