import type { Client } from "./client.ts";
import type { ListOptions } from "./client_options.ts";
import { isExpired } from "./errors.ts";
import type { KubeObject } from "./object.ts";
import type { Resource } from "./resource.ts";
import type { StoreFeed } from "./store.ts";

/** Lists objects page by page into a store. Returns the resourceVersion. Starts again once if the list expires. */
export async function listInto<T extends KubeObject>(
  client: Pick<Client, "pages">,
  resource: Resource<T>,
  options: ListOptions,
  feed: StoreFeed<T>,
): Promise<string> {
  const list = async () => {
    const relist = feed.relist();
    let resourceVersion = "";
    for await (const page of client.pages(resource, options)) {
      for (const object of page.items) relist.add(object);
      resourceVersion = page.resourceVersion;
    }
    relist.end(resourceVersion);
    return resourceVersion;
  };
  try {
    return await list();
  } catch (error) {
    if (!isExpired(error)) throw error;
    return await list();
  }
}
