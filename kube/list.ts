import { isExpired } from "./errors.ts";
import type { KubeObject } from "./object.ts";
import { collectionPath, type Resource, resourceName } from "./resource.ts";
import type { ListScope } from "./selector.ts";
import type { Transport } from "./transport.ts";

/** Options of every call to the API server. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
}

/** Options of a list request. */
export interface ListOptions extends CallOptions, ListScope {
  /** Objects per page, 500 by default. With 0, the list has one page, which the API server can read from its cache. */
  limit?: number | undefined;
  /** Deadline of the request for one page in milliseconds, 60 s by default. */
  deadlineMs?: number | undefined;
}

/** A list, or one page of it. */
export interface ListPage<T> {
  items: T[];
  /** The resourceVersion of the list, which is the same on all pages of one list. */
  resourceVersion: string;
}

const PAGE_SIZE = 500;
const LIST_DEADLINE_MS = 60_000;

/** Yields the pages of one consistent list. Throws an `ApiError` with status 410 if the continue token expires. */
export async function* listPages<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  { namespace, limit = PAGE_SIZE, deadlineMs = LIST_DEADLINE_MS, signal, ...selectors }:
    ListOptions = {},
): AsyncGenerator<ListPage<T>> {
  const { apiVersion, kind } = resource;
  let next: string | undefined;
  do {
    const page = await transport.request({
      verb: "list",
      method: "GET",
      path: collectionPath(resource, namespace, {
        limit: limit || undefined,
        ...selectors,
        continue: next,
      }),
      resource: resourceName(resource),
      idempotent: true,
      deadlineMs,
      signal,
    }) as { items: T[] | null; metadata: { resourceVersion: string; continue?: string } };
    // In a list, the API server omits `apiVersion` and `kind` of the items.
    const items = (page.items ?? []).map((item) => ({ ...item, apiVersion, kind }));
    yield { items, resourceVersion: page.metadata.resourceVersion };
    next = page.metadata.continue;
  } while (next);
}

/** Calls `list`, and repeats the call once if a continue token expires. The second list gets new tokens. */
export async function retryExpired<R>(list: () => Promise<R>): Promise<R> {
  try {
    return await list();
  } catch (error) {
    if (!isExpired(error)) throw error;
    return await list();
  }
}
