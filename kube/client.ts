import type {
  ApplyOptions,
  CallOptions,
  DeleteOptions,
  ListOptions,
  ListPage,
  Patch,
  WriteOptions,
} from "./client_options.ts";
import { isExpired } from "./errors.ts";
import { listPages } from "./list_pages.ts";
import { mergePatch } from "./merge_patch.ts";
import type { KubeObject, ObjectName } from "./object.ts";
import { openWatch } from "./open_watch.ts";
import { collectionPath, objectPath, resourceName } from "./paths.ts";
import type { Resource } from "./resource.ts";
import type { Transport } from "./transport.ts";
import type { TransportRequest } from "./transport_request.ts";
import type { WatchEvent, WatchOptions } from "./watch_event.ts";

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
  /**
   * Makes the status of an object exactly `status`, by a merge patch on `/status` of what differs from the observed
   * one. Guarded by the observed resourceVersion: a newer object answers 409.
   */
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

export interface ClientOptions {
  /** Names us in `managedFields`; "dynamo-operator" by default. */
  fieldManager?: string;
}

const APPLY = "application/apply-patch+yaml";
const PATCH_TYPES = { merge: "application/merge-patch+json", json: "application/json-patch+json" };

/** Makes the client that speaks over `transport`. */
export function createClient(transport: Transport, options: ClientOptions = {}): Client {
  const manager = options.fieldManager ?? "dynamo-operator";

  /** The transport's answers are what the API server says of this kind. */
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
        // The continue token outlived the server's history; a list begun anew has a new one.
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
        // Sent twice it says the same; with a uid it cannot even bring back what was deleted in between.
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
        // A JSON patch may append or test; a merge patch says what shall be.
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
        // Without a uid a second delivery could delete a successor of the same name.
        idempotent: uid !== undefined,
        signal,
      });
    },
  };
  return client;
}
