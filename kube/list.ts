import type { KubeObject } from "./object.ts";
import { collectionPath, type Resource, resourceName } from "./resource.ts";
import type { Transport } from "./transport.ts";

/** The fields of a list response that are read. */
interface RawList<T> {
  items: T[] | null;
  metadata: { resourceVersion: string; continue?: string };
}

const PAGE_SIZE = 500;
const LIST_DEADLINE_MS = 60_000;

/** Yields the pages of one consistent list. Throws an `ApiError` with status 410 if the continue token expires. */
export async function* listPages<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  options: ListOptions = {},
): AsyncGenerator<ListPage<T>> {
  const { namespace, labelSelector, fieldSelector, signal } = options;
  const { apiVersion, kind } = resource;
  let next: string | undefined;
  do {
    const page = await transport.request({
      verb: "list",
      method: "GET",
      path: collectionPath(resource, namespace, {
        limit: options.limit ?? PAGE_SIZE,
        labelSelector,
        fieldSelector,
        continue: next,
      }),
      resource: resourceName(resource),
      idempotent: true,
      deadlineMs: LIST_DEADLINE_MS,
      signal,
    }) as RawList<T>;
    // The API server omits the kind of the items.
    const items = (page.items ?? []).map((item) => ({ ...item, apiVersion, kind }));
    yield { items, resourceVersion: page.metadata.resourceVersion };
    next = page.metadata.continue;
  } while (next);
}

/** Options of all calls. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
}

/** Options of lists. */
export interface ListOptions extends CallOptions {
  /** Absent: all namespaces. */
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** Objects per page, 500 by default. */
  limit?: number | undefined;
}

/** A list, or one page of it. */
export interface ListPage<T> {
  items: T[];
  /** The resourceVersion of the list; all of its pages have the same. */
  resourceVersion: string;
}

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

/** Options of deletions. */
export interface DeleteOptions extends CallOptions {
  /** Precondition: for an object with another uid, the API server answers 409. */
  uid?: string | undefined;
  /** Precondition: for another resourceVersion, the API server answers 409. */
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
