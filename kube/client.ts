import { isServed } from "./discovery.ts";
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

/** Options of a write. */
export interface WriteOptions extends CallOptions {
  /** Field manager of this write; by default the field manager of the client. */
  fieldManager?: string | undefined;
  /** Whether the API server only validates the write and does not store it. */
  dryRun?: boolean | undefined;
  /**
   * How the API server treats unknown and duplicate fields: it ignores them, adds a warning to its response, or refuses
   * the request. An apply or a patch sends `Ignore` by default, because the client does not read warnings, and the API
   * server would parse an apply twice to produce them. A create uses the default of the API server.
   */
  fieldValidation?: "Ignore" | "Warn" | "Strict" | undefined;
}

/** Options of server-side apply. */
export interface ApplyOptions extends WriteOptions {
  /** Whether the apply acquires fields that other field managers own; true by default. */
  force?: boolean | undefined;
}

/** Options of a deletion. If `uid` or `resourceVersion` does not match the object, the API server responds with 409. */
export interface DeleteOptions extends CallOptions {
  uid?: string | undefined;
  resourceVersion?: string | undefined;
  propagationPolicy?: "Background" | "Foreground" | "Orphan" | undefined;
}

/** Body of a patch request: a JSON merge patch or a JSON patch. */
export interface Patch {
  type: "merge" | "json";
  body: unknown;
  /** Subresource to patch; by default, the object itself. */
  subresource?: "status" | "scale" | undefined;
}

/**
 * Client of the API server with one function per verb, for all kinds. A function throws an `ApiError` if the API server
 * refuses the request, and a `ConnectionError` if no usable response arrives. If `signal` is aborted, it throws the
 * abort reason.
 */
export interface Client {
  get<T extends KubeObject>(
    resource: Resource<T>,
    at: ObjectName,
    options?: CallOptions,
  ): Promise<T>;
  /** Returns a consistent list of all objects, fetched page by page. Sets `apiVersion` and `kind` of each object. */
  list<T extends KubeObject>(resource: Resource<T>, options?: ListOptions): Promise<ListPage<T>>;
  /** Yields the pages of a consistent list, so that only one page is in memory. Throws if the list expires (410). */
  pages<T extends KubeObject>(
    resource: Resource<T>,
    options?: ListOptions,
  ): AsyncIterable<ListPage<T>>;
  /** Yields events until the API server ends the stream. Throws an `ApiError` if the API server refuses the watch. */
  watch<T extends KubeObject>(
    resource: Resource<T>,
    options: WatchOptions,
  ): AsyncIterable<WatchEvent<T>>;
  /**
   * Creates or updates an object by server-side apply. If the manifest has a `metadata.uid`, the API server refuses
   * to apply the manifest to an object with another uid.
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
   * Sends a merge patch that changes the status of the object `observed` to `status`. If the stored object is newer
   * than `observed`, the API server responds with 409.
   */
  patchStatus<T extends KubeObject>(
    resource: Resource<T>,
    observed: KubeObject,
    status: unknown,
    options?: WriteOptions,
  ): Promise<T>;
  /** Returns whether API discovery lists the kind. The ClusterRole `system:discovery` permits this request. */
  serves(resource: Resource<KubeObject>, options?: CallOptions): Promise<boolean>;
  /** Requests the deletion of an object. Finalizers and grace periods may delay the deletion. */
  delete<T extends KubeObject>(
    resource: Resource<T>,
    at: ObjectName,
    options?: DeleteOptions,
  ): Promise<void>;
}

const APPLY = "application/apply-patch+yaml";
const PATCH_TYPES = { merge: "application/merge-patch+json", json: "application/json-patch+json" };

/** Default field manager of all writes. */
export const DEFAULT_FIELD_MANAGER = "dynamo-operator";

/**
 * Creates a client that sends its requests over `transport`.
 *
 * @param options.fieldManager field manager of all writes that do not specify one
 */
export function createClient(
  transport: Transport,
  { fieldManager: manager = DEFAULT_FIELD_MANAGER }: { fieldManager?: string } = {},
): Client {
  function call<T extends KubeObject>(
    resource: Resource<T>,
    { namespace }: Partial<ObjectName>,
    { signal }: CallOptions,
    request: Omit<TransportRequest, "resource" | "namespace" | "signal">,
  ): Promise<T> {
    const name = resourceName(resource);
    return transport.request({ ...request, resource: name, namespace, signal }) as Promise<T>;
  }

  function writeQuery({ fieldManager = manager, dryRun, fieldValidation }: WriteOptions) {
    return { fieldManager, dryRun: dryRun ? "All" : undefined, fieldValidation };
  }

  function patchQuery(o: WriteOptions) {
    return writeQuery({ ...o, fieldValidation: o.fieldValidation ?? "Ignore" });
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
      const query = { ...patchQuery(o), force: o.force ?? true };
      return call(resource, manifest.metadata, o, {
        verb: "apply",
        method: "PATCH",
        path: objectPath(resource, manifest.metadata, undefined, query),
        body: manifest,
        contentType: APPLY,
        // An apply is idempotent. If the manifest has a uid, a retry cannot recreate a deleted object.
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
        path: objectPath(resource, at, subresource, patchQuery(o)),
        body,
        contentType: PATCH_TYPES[type],
        // A merge patch is idempotent. A retried JSON patch may append an item twice, or fail.
        idempotent: type === "merge",
        // A status patch has a low priority, because a status only reports the results of other requests.
        yields: subresource === "status",
      });
    },

    patchStatus(resource, observed, status, o = {}) {
      const { uid, resourceVersion } = observed.metadata;
      const before = "status" in observed ? observed.status : undefined;
      const body = { metadata: { uid, resourceVersion }, status: mergePatch(before, status) };
      const patch: Patch = { type: "merge", subresource: "status", body };
      return client.patch(resource, observed.metadata, patch, o);
    },

    serves: (resource, o = {}) => isServed(transport, resource, o),

    async delete(resource, at, o = {}) {
      const { uid, resourceVersion, propagationPolicy } = o;
      const preconditions = uid || resourceVersion ? { uid, resourceVersion } : undefined;
      await call(resource, at, o, {
        verb: "delete",
        method: "DELETE",
        path: objectPath(resource, at),
        body: { kind: "DeleteOptions", apiVersion: "v1", preconditions, propagationPolicy },
        // Without a uid, a retry could delete a new object with the same name.
        idempotent: uid !== undefined,
      });
    },
  };
  return client;
}
