import { isExpired } from "./errors.ts";
import type { TransportRequest } from "./exchange.ts";
import { mergePatch } from "./json.ts";
import {
  type ApplyOptions,
  type CallOptions,
  type DeleteOptions,
  type ListOptions,
  type ListPage,
  listPages,
  type Patch,
  type WriteOptions,
} from "./list.ts";
import type { KubeObject, ObjectName } from "./object.ts";
import { collectionPath, objectPath, type Resource, resourceName } from "./resource.ts";
import type { Transport } from "./transport.ts";
import { openWatch, type WatchEvent, type WatchOptions } from "./watch.ts";

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

/** Options of {@linkcode createClient}. */
export interface ClientOptions {
  /** Field manager of all writes; "dynamo-operator" by default. */
  fieldManager?: string;
}

const APPLY = "application/apply-patch+yaml";
const PATCH_TYPES = { merge: "application/merge-patch+json", json: "application/json-patch+json" };

/** Creates a client that sends its requests over `transport`. */
export function createClient(transport: Transport, options: ClientOptions = {}): Client {
  const manager = options.fieldManager ?? "dynamo-operator";

  /** Sends a request. The API server answers with an object of the requested kind. */
  function call<T extends KubeObject>(
    resource: Resource<T>,
    request: Omit<TransportRequest, "resource">,
  ): Promise<T> {
    return transport.request({ ...request, resource: resourceName(resource) }) as Promise<T>;
  }

  function writeQuery(o: ApplyOptions) {
    return {
      fieldManager: o.fieldManager ?? manager,
      dryRun: o.dryRun ? "All" : undefined,
    };
  }

  const client: Client = {
    get(resource, at, o = {}) {
      const path = objectPath(resource, at);
      return call(resource, { verb: "get", method: "GET", path, idempotent: true, ...o });
    },

    pages: (resource, o) => listPages(transport, resource, o),

    async list<T extends KubeObject>(resource: Resource<T>, o: ListOptions = {}) {
      const collect = async () => {
        const whole: ListPage<T> = { items: [], resourceVersion: "" };
        for await (const page of client.pages(resource, o)) {
          whole.items.push(...page.items);
          whole.resourceVersion = page.resourceVersion;
        }
        return whole;
      };
      try {
        return await collect();
      } catch (error) {
        if (!isExpired(error)) throw error;
        // The continue token expired before the last page; a new list gets a new token.
        return await collect();
      }
    },

    watch: (resource, o) => openWatch(transport, resource, o),

    apply(resource, manifest, o = {}) {
      const path = objectPath(resource, manifest.metadata, undefined, {
        ...writeQuery(o),
        force: o.force ?? true,
      });
      return call(resource, {
        verb: "apply",
        method: "PATCH",
        path,
        namespace: manifest.metadata.namespace,
        body: manifest,
        contentType: APPLY,
        // A second apply changes nothing. With a uid, it also cannot recreate an object that was deleted in between.
        idempotent: true,
        signal: o.signal,
      });
    },

    create(resource, object, o = {}) {
      const path = collectionPath(resource, object.metadata.namespace, writeQuery(o));
      return call(resource, {
        verb: "create",
        method: "POST",
        path,
        namespace: object.metadata.namespace,
        body: object,
        idempotent: false,
        signal: o.signal,
      });
    },

    patch(resource, at, patch, o = {}) {
      return call(resource, {
        verb: "patch",
        method: "PATCH",
        path: objectPath(resource, at, patch.subresource, writeQuery(o)),
        namespace: at.namespace,
        body: patch.body,
        contentType: PATCH_TYPES[patch.type],
        // A JSON patch can append or test; a second merge patch changes nothing.
        idempotent: patch.type === "merge",
        signal: o.signal,
      });
    },

    patchStatus(resource, observed, status, o = {}) {
      const { uid, resourceVersion } = observed.metadata;
      const before = "status" in observed ? observed.status : undefined;
      const body = { metadata: { uid, resourceVersion }, status: mergePatch(before, status) };
      return client.patch(resource, observed.metadata, {
        type: "merge",
        subresource: "status",
        body,
      }, o);
    },

    async delete(resource, at, o = {}) {
      const { uid, resourceVersion, propagationPolicy, signal } = o;
      const preconditions = uid || resourceVersion ? { uid, resourceVersion } : undefined;
      await call(resource, {
        verb: "delete",
        method: "DELETE",
        path: objectPath(resource, at),
        namespace: at.namespace,
        body: { kind: "DeleteOptions", apiVersion: "v1", preconditions, propagationPolicy },
        // Without a uid, a second request could delete a new object of the same name.
        idempotent: uid !== undefined,
        signal,
      });
    },
  };
  return client;
}
