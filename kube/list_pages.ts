import type { ListOptions, ListPage } from "./client_options.ts";
import type { KubeObject } from "./object.ts";
import { collectionPath, resourceName } from "./paths.ts";
import type { Resource } from "./resource.ts";
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
